#!/usr/bin/env bash
# exceljs's streaming reader gives the reading of a Japanese name in place of the name, and its other reader stops at one.
#
# exceljs 4.4.0. Excel stores beside each name that was typed in Japanese how it is read (furigana: rPh, ECMA-376 part 1,
# 18.4.6). workbook.xlsx.readFile leaves that out; stream.xlsx.WorkbookReader takes the text of the last one for the value.
# Where the same stands in the cell itself (inline string, 18.3.1.53), readFile gives nothing for it and none of the rows
# below. A carriage return, which Excel writes as _x000D_ (ST_Xstring, 22.9.2.19), is read by the one and left as seven
# characters by the other. SheetJS (@e965/xlsx 0.20.3) reads all names. For readFile exceljs mended it (pull request
# 114); about the streaming reader nothing was found.
#
# Why it matters: the streaming reader is the one for large HR lists. Names in kanji become katakana, or people are missing at
# the end of the list, which a sync takes for leavers; addresses get "_x000D_" on every phone.
#
# Seen:
#> shared strings, readFile        山田 | 鈴木 | "Hauptstr. 1\r\nHof"
#> shared strings, WorkbookReader  ヤマダ | スズキ | "Hauptstr. 1_x000D_\nHof"
#> shared strings, SheetJS         山田 | 鈴木 | "Hauptstr. 1\nHof"
#> inline strings, readFile        undefined | undefined | undefined
#> inline strings, WorkbookReader  ヤマダ | スズキ | "Hauptstr. 1_x000D_\nHof"
#> inline strings, SheetJS         山田 | 鈴木 | "Hauptstr. 1\nHof"
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 exceljs@4.4.0 @e965/xlsx@0.20.3 fflate@0.8.3 > /dev/null
cat > trial.js <<'TRIAL'
import { readFileSync, writeFileSync } from 'node:fs';
import { read, utils } from '@e965/xlsx';
import excel from 'exceljs';
import { strToU8, zipSync } from 'fflate';

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaging = 'http://schemas.openxmlformats.org/package/2006';
const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

function workbook(rows, sharedStrings) {
  const parts = {
    '[Content_Types].xml': `<Types xmlns="${packaging}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
      <Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${type}.worksheet+xml"/>
      <Override PartName="/xl/sharedStrings.xml" ContentType="${type}.sharedStrings+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${packaging}/relationships"><Relationship Id="a" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Staff" sheetId="1" r:id="a"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packaging}/relationships"><Relationship Id="a" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/>
      <Relationship Id="b" Type="${office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    'xl/sharedStrings.xml': `<sst xmlns="${main}">${sharedStrings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${rows.map((cell, index) => `<row r="${index + 1}">${cell(`A${index + 1}`)}</row>`).join('')}</sheetData></worksheet>`,
  };
  return zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])));
}

const texts = [
  '<t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh>',
  '<t>鈴木</t><rPh sb="0" eb="2"><t>スズキ</t></rPh>',
  '<t xml:space="preserve">Hauptstr. 1_x000D_\nHof</t>',
];
writeFileSync('shared.xlsx', workbook(texts.map((_, index) => (at) => `<c r="${at}" t="s"><v>${index}</v></c>`), texts));
writeFileSync('inline.xlsx', workbook(texts.map((text) => (at) => `<c r="${at}" t="inlineStr"><is>${text}</is></c>`), []));

function show(name, reader, [first, second, street]) {
  console.log(`${name} strings, ${reader.padEnd(15)} ${first} | ${second} | ${JSON.stringify(street)}`);
}

for (const name of ['shared', 'inline']) {
  const book = await new excel.Workbook().xlsx.readFile(`${name}.xlsx`);
  show(name, 'readFile', [1, 2, 3].map((row) => book.worksheets[0].getCell(row, 1).value ?? undefined));
  const streamed = [];
  for await (const sheet of new excel.stream.xlsx.WorkbookReader(`${name}.xlsx`)) for await (const row of sheet) streamed.push(row.getCell(1).value);
  show(name, 'WorkbookReader', streamed);
  show(name, 'SheetJS', utils.sheet_to_json(read(readFileSync(`${name}.xlsx`)).Sheets.Staff, { header: 1 }).flat());
}
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
