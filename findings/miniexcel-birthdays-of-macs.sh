#!/usr/bin/env bash
# MiniExcel reads each birthday of a workbook with the date system of the Mac four years and a day early.
#
# MiniExcel 1.46.0 takes every workbook for one that counts from 1900. One that an older Excel for Mac made, or that has
# "Use 1904 date system", counts from 1904 and says so by date1904 (ECMA-376 part 1, 18.2.28 and 18.17.4).
# ExcelDataReader 3.6.0 goes by it. A date that is stored in its ISO form (18.18.11, t="d") is right in both.
# Neither its documentation nor an issue was found to speak of it; xlsx-populate has the same fault (issue 200).
#
# Why it matters: a list that began on a Mac keeps its date system for ever, whoever opens it. Each value is a plausible date, so
# it is noticed when somebody is congratulated on the wrong day.
#
# Seen (cells that Excel shows as 28 February 1985):
#> counted from 1900, ExcelDataReader 1985-02-28, MiniExcel 1985-02-28
#> counted from 1904, ExcelDataReader 1985-02-28, MiniExcel 1981-02-27
#> ISO form,          ExcelDataReader 1985-02-28, MiniExcel 1985-02-28
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat > trial.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="MiniExcel" Version="1.46.0" /><PackageReference Include="ExcelDataReader" Version="3.6.0" /></ItemGroup>
</Project>
PROJECT
cat > Trial.cs <<'TRIAL'
using System.Globalization;
using System.IO.Compression;
using System.Text;
using ExcelDataReader;
using MiniExcelLibs;

Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
Show("counted from 1900,", """<c r="A1" s="1"><v>31106</v></c>""", "");
Show("counted from 1904,", """<c r="A1" s="1"><v>29644</v></c>""", """<workbookPr date1904="1"/>""");
Show("ISO form,         ", """<c r="A1" s="1" t="d"><v>1985-02-28</v></c>""", """<workbookPr date1904="1"/>""");

void Show(string name, string cell, string properties)
{
    using var book = Workbook(cell, properties);
    using var reader = ExcelReaderFactory.CreateReader(book, new() { LeaveOpen = true });
    reader.Read();
    var first = Day(reader.GetValue(0));
    book.Position = 0;
    var second = Day(((IDictionary<string, object>)book.Query().First())["A"]);
    Console.WriteLine($"{name} ExcelDataReader {first}, MiniExcel {second}");
}

string Day(object value) => ((DateTime)value).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

MemoryStream Workbook(string cell, string properties)
{
    const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const string Package = "http://schemas.openxmlformats.org/package/2006";
    const string Type = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    var book = new MemoryStream();
    using (var zip = new ZipArchive(book, ZipArchiveMode.Create, leaveOpen: true))
    {
        Add(zip, "[Content_Types].xml", $"""
            <Types xmlns="{Package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
            <Override PartName="/xl/workbook.xml" ContentType="{Type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="{Type}.styles+xml"/>
            <Override PartName="/xl/worksheets/sheet1.xml" ContentType="{Type}.worksheet+xml"/></Types>
            """);
        Add(zip, "_rels/.rels", $"""<Relationships xmlns="{Package}/relationships"><Relationship Id="a" Type="{Office}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
        Add(zip, "xl/_rels/workbook.xml.rels", $"""
            <Relationships xmlns="{Package}/relationships"><Relationship Id="a" Type="{Office}/worksheet" Target="worksheets/sheet1.xml"/>
            <Relationship Id="b" Type="{Office}/styles" Target="styles.xml"/></Relationships>
            """);
        Add(zip, "xl/workbook.xml", $"""<workbook xmlns="{Main}" xmlns:r="{Office}">{properties}<sheets><sheet name="Staff" sheetId="1" r:id="a"/></sheets></workbook>""");
        Add(zip, "xl/styles.xml", $"""
            <styleSheet xmlns="{Main}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>
            <cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>
            """);
        Add(zip, "xl/worksheets/sheet1.xml", $"""<worksheet xmlns="{Main}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>""");
    }
    book.Position = 0;
    return book;
}

void Add(ZipArchive zip, string name, string text)
{
    using var writer = new StreamWriter(zip.CreateEntry(name).Open());
    writer.Write(text);
}
TRIAL
dotnet build --nologo --verbosity quiet --output built > build.log || { cat build.log; exit 1; }
dotnet built/trial.dll > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
