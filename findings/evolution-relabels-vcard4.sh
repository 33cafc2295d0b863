#!/usr/bin/env bash
# GNOME's address book takes a vCard 4 contact, shows no picture and a birthday of 0-0-0, and writes it as "VERSION:3.0"
# with the values of vCard 4 unconverted.
#
# libebook-contacts 3.46.4 (evolution-data-server of Debian 12, behind Evolution and GNOME Contacts). A birthday without
# a year (--0415, RFC 6350) becomes a date of zeros instead of none. The data: URI of a picture is not read. In what it
# writes, type="work,voice" is one value with a comma for vCard 3, --0415 is no date there, and the picture's URI got
# backslashes that make it undecodable.
#
# Why it matters: cards that went through such a client say 3.0 and hold 4.0. A reader that goes by VERSION gets broken
# pictures, wrong phone types and birthdays that do not parse.
#
# Seen:
#> birthday without a year: 0-0-0
#> no birthday: None
#> picture: None
#> name: Anna Muster
#> written: VERSION:3.0
#> written: BDAY:--0415
#> written: TEL;TYPE="work,voice";VALUE=uri:tel:+49-30-23125-012
#> written: PHOTO:data:image/jpeg\;base64\,/9j/4AAQSkZJRgABAQ
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

packages=$(apt-get install --simulate --no-install-recommends gir1.2-ebookcontacts-1.2=3.46.4-2+deb12u1 python3-gi | awk '/^Inst/ {print $2}')
[ -z "$packages" ] || apt-get download $packages > apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do [ ! -e "$package" ] || dpkg-deb --extract "$package" debian; done
libraries=debian/usr/lib/$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_config_var("MULTIARCH"))')

cat > card.vcf <<'CARD'
BEGIN:VCARD
VERSION:4.0
FN:Anna Muster
N:Muster;Anna;;;
BDAY:--0415
TEL;VALUE=uri;TYPE="work,voice":tel:+49-30-23125-012
PHOTO:data:image/jpeg;base64,/9j/4AAQSkZJRgABAQ
END:VCARD
CARD
sed -i 's/$/\r/' card.vcf
cat > trial.py <<'TRIAL'
import gi
gi.require_version('EBookContacts', '1.2')
from gi.repository import EBookContacts


def read(card):
    return EBookContacts.Contact.new_from_vcard(card)


contact = read(open('card.vcf', newline='').read())
birthday = contact.get_property('birth-date')
print(f'birthday without a year: {birthday.year}-{birthday.month}-{birthday.day}')
print('no birthday:', read('BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Max\r\nEND:VCARD\r\n').get_property('birth-date'))
print('picture:', contact.get_property('photo'))
print('name:', contact.get_property('full-name'))
written = contact.to_string(getattr(EBookContacts.VCardFormat, '30'))
for line in written.replace('\r\n ', '').splitlines():
    if line.startswith(('VERSION', 'BDAY', 'TEL', 'PHOTO')):
        print('written:', line)
TRIAL
GI_TYPELIB_PATH=$libraries/girepository-1.0 LD_LIBRARY_PATH=$libraries PYTHONPATH=debian/usr/lib/python3/dist-packages \
  /usr/bin/python3 trial.py > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
