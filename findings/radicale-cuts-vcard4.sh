#!/usr/bin/env bash
# Radicale stores a vCard 4 contact without its picture, cuts web addresses at the first comma, and returns an ETag as if
# it had stored what it got.
#
# Radicale 3.1.8 (Debian 12) parses and rewrites what it is given with vobject 0.9.6.1, which takes the value of URL and
# PHOTO for text that an unescaped comma ends. In vCard 4 both are URIs, in which a comma is not escaped (RFC 6350, 6.2.4
# and its example), and each picture as a data: URI has one. The parameter of a telephone's URI gets a backslash.
# A strong ETag in the answer of a PUT says that the card was stored octet for octet (RFC 6352, 6.3.2.3).
#
# Why it matters: with any CardDAV server built on vobject as a source, pictures and map links are gone for good before
# the first sync, and a client that trusts the ETag never looks again.
#
# Seen:
#> PUT: 201, ETag: strong
#> sent:   PHOTO:data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ
#> sent:   TEL;VALUE=uri;TYPE=work:tel:+49-30-23125-012;ext=4
#> sent:   URL:https://contoso.example/map?at=52.5,13.4
#> stored: PHOTO:data:image/jpeg\;base64
#> stored: TEL;TYPE=work;VALUE=uri:tel:+49-30-23125-012\;ext=4
#> stored: URL:https://contoso.example/map?at=52.5
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'kill "${server:-}" 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

packages=$(apt-get install --simulate --no-install-recommends radicale=3.1.8-2 python3-vobject=0.9.6.1-2 | awk '/^Inst/ {print $2}')
[ -z "$packages" ] || apt-get download $packages > apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do [ ! -e "$package" ] || dpkg-deb --extract "$package" debian; done

port=$(/usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat > config <<CONFIG
[server]
hosts = 127.0.0.1:$port
[auth]
type = none
[rights]
type = owner_only
[storage]
filesystem_folder = $folder/storage
CONFIG
PYTHONPATH=debian/usr/lib/python3/dist-packages /usr/bin/python3 -m radicale --config config 2> radicale.log &
server=$!
book="http://127.0.0.1:$port/anna/book"

curl --silent --retry 20 --retry-delay 1 --retry-connrefused --user anna:x --request MKCOL "$book/" --data '<create xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
  <set><prop><resourcetype><collection/><C:addressbook/></resourcetype></prop></set></create>'
cat > card.vcf <<'CARD'
BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1
FN:Anna Muster
N:Muster;Anna;;;
TEL;VALUE=uri;TYPE=work:tel:+49-30-23125-012;ext=4
URL:https://contoso.example/map?at=52.5,13.4
PHOTO:data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ
END:VCARD
CARD
sed -i 's/$/\r/' card.vcf
curl --silent --user anna:x --header 'Content-Type: text/vcard' --upload-file card.vcf "$book/anna.vcf" \
  --write-out 'PUT: %{http_code}, ETag: %header{etag}\n' | sed 's/"[0-9a-f]*"/strong/' > seen.txt
tr -d '\r' < card.vcf | grep -E '^(PHOTO|TEL|URL)' | sort | sed 's/^/sent:   /' >> seen.txt
curl --silent --user anna:x "$book/anna.vcf" | tr -d '\r' | grep -E '^(PHOTO|TEL|URL)' | sort | sed 's/^/stored: /' >> seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
