#!/usr/bin/env bash
# The same birthday, read by exceljs from .xlsx and from .csv, differs by a day; SheetJS contradicts exceljs on the .xlsx.
#
# exceljs 4.4.0 gives a date cell of a workbook as midnight UTC, and the same date in a CSV file as midnight local time.
# SheetJS (@e965/xlsx 0.20.3, cellDates) gives the cell of the workbook as midnight local time. East of Greenwich the
# ISO form of local midnight is the day before. A cell with a mail address is an object in exceljs as soon as Excel has
# made a link of it, and a text where it has not.
#
# Why it matters: HR lists come as either file. One rule for reading the day (local parts or UTC parts) is wrong for one of
# them, on a server in Europe or on one in America; and each address that Excel made a link of is written as
# "[object Object]".
#
# Seen (time zone Europe/Berlin; the birthday is 28 February 1985):
#> exceljs, .xlsx  1985-02-28T00:00:00.000Z
#> exceljs, .csv   1985-02-27T23:00:00.000Z
#> SheetJS, .xlsx  1985-02-27T23:00:00.000Z
#> exceljs, address typed into Excel: {"text":"anna@contoso.example","hyperlink":"mailto:anna@contoso.example"}
#> SheetJS, address typed into Excel: "anna@contoso.example"
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 exceljs@4.4.0 @e965/xlsx@0.20.3 > /dev/null
cat > trial.js <<'TRIAL'
import { Readable } from 'node:stream';
import XLSX from '@e965/xlsx';
import ExcelJS from 'exceljs';

const mail = 'anna@contoso.example';
const workbook = new ExcelJS.Workbook();
const sheet = workbook.addWorksheet('People');
sheet.addRow(['Mail', 'Birthday']);
sheet.addRow([{ text: mail, hyperlink: `mailto:${mail}` }, new Date(Date.UTC(1985, 1, 28))]);
sheet.getColumn(2).numFmt = 'dd.mm.yyyy';
const file = Buffer.from(await workbook.xlsx.writeBuffer());

const byExcelJs = (await new ExcelJS.Workbook().xlsx.load(file)).getWorksheet('People').getRow(2);
const csv = await new ExcelJS.Workbook().csv.read(Readable.from(['Mail,Birthday\n', `${mail},1985-02-28\n`]));
const bySheetJs = XLSX.utils.sheet_to_json(XLSX.read(file, { cellDates: true }).Sheets.People)[0];

console.log('exceljs, .xlsx ', byExcelJs.getCell(2).value.toISOString());
console.log('exceljs, .csv  ', csv.getRow(2).getCell(2).value.toISOString());
console.log('SheetJS, .xlsx ', bySheetJs.Birthday.toISOString());
console.log('exceljs, address typed into Excel:', JSON.stringify(byExcelJs.getCell(1).value));
console.log('SheetJS, address typed into Excel:', JSON.stringify(bySheetJs.Mail));
TRIAL
TZ=Europe/Berlin node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
