#!/usr/bin/env bash
# "No birthday" in a MySQL table is 30 November 1899 for mysql2, or an invalid date, depending on the method called.
#
# MariaDB 10.11 keeps 0000-00-00 and dates without month or day in its default mode. mysql2 3.24.6 gives for 0000-00-00 a
# valid date in 1899 from query() and an invalid one from execute(); the connector mariadb 3.5.4 gives null. A birthday of
# which only the year is known (1985-00-00) is 30 November of the year before in all of them. An id above 2^53 loses its
# last digit in mysql2; with supportBigNumbers the type of the id column changes from row to row.
#
# Why it matters: old address tables store "unknown" in this way. All those people get the same birthday in everybody's
# calendar, and two people whose long ids end in different digits become one contact.
#
# Seen:
#> mysql2 query()    no birthday: Thu Nov 30 1899  only a year: Fri Nov 30 1984  id: 9007199254740992
#> mysql2 execute()  no birthday: Invalid Date     only a year: Fri Nov 30 1984  id: 9007199254740992
#> mariadb query()   no birthday: null             only a year: Fri Nov 30 1984  id: 9007199254740993
#> mysql2 supportBigNumbers, ids: ["9007199254740993",17]
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"

packages=$(apt-get install --simulate --no-install-recommends mariadb-server-core=1:10.11.19-0+deb12u1 | awk '/^Inst/ {print $2}')
[ -z "$packages" ] || apt-get download $packages > apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do [ ! -e "$package" ] || dpkg-deb --extract "$package" debian; done
[ -e debian/usr/sbin/mariadbd ] && root=$folder/debian || root=
echo '{"type":"module"}' > package.json
npm install --no-save --no-audit --no-fund --loglevel=error node@24.21.0 mysql2@3.24.6 mariadb@3.5.4 > /dev/null

mkdir data
LD_LIBRARY_PATH=$root/usr/lib/$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_config_var("MULTIARCH"))') \
  "$root/usr/sbin/mariadbd" --no-defaults --user="$(id -un)" --skip-grant-tables --datadir="$folder/data" --plugin-dir="$folder" \
  --lc-messages-dir="$root/usr/share/mysql" --character-sets-dir="$root/usr/share/mysql/charsets" \
  --skip-networking --socket="$folder/socket" --pid-file="$folder/pid" 2> server.log &
server=$!
timeout 60 sh -c 'until [ -S socket ]; do sleep 0.2; done' || { cat server.log; exit 1; }

cat > trial.js <<'TRIAL'
import mariadb from 'mariadb';
import mysql from 'mysql2/promise';

const socket = { socketPath: 'socket', user: 'root' };
const admin = await mysql.createConnection(socket);
await admin.query('CREATE DATABASE people');
await admin.end();

const database = { ...socket, database: 'people' };
const byMysql2 = await mysql.createConnection(database);
await byMysql2.query('CREATE TABLE person (id bigint, birthday date)');
await byMysql2.query("INSERT INTO person VALUES (9007199254740993, '0000-00-00'), (17, '1985-00-00')");
const byMariadb = await mariadb.createConnection(database);
const select = 'SELECT id, birthday FROM person ORDER BY id DESC';

function show(method, [unknown, year]) {
  const none = unknown.birthday instanceof Date ? unknown.birthday.toDateString() : unknown.birthday;
  console.log(`${method.padEnd(17)} no birthday: ${String(none).padEnd(15)}  only a year: ${year.birthday.toDateString()}  id: ${unknown.id}`);
}

show('mysql2 query()', (await byMysql2.query(select))[0]);
show('mysql2 execute()', (await byMysql2.execute(select))[0]);
show('mariadb query()', await byMariadb.query(select));
const exact = await mysql.createConnection({ ...database, supportBigNumbers: true });
console.log('mysql2 supportBigNumbers, ids:', JSON.stringify((await exact.query(select))[0].map(row => row.id)));
await Promise.all([byMysql2.end(), byMariadb.end(), exact.end()]);
TRIAL
node_modules/.bin/node trial.js > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
