#!/usr/bin/env bash
# exchangelib reads one moment as two birthdays, and a birthday with a fraction of a second as none.
#
# exchangelib 4.9.0 (Debian 12). Outlook on the desktop stores a birthday as midnight of its own time zone, EWS gives it in
# UTC: 23:00 of the day before for Berlin. exchangelib takes the day as written, whatever its default_timezone, so the
# day is wrong; with "+01:00" instead of "Z" it is right. An xs:dateTime may have fractions: the value becomes None, and so
# does an xs:date with a "Z".
#
# Why it matters: a Python client as peer or as reference for an EWS source is a day early for everybody whose birthday
# came from Outlook, and right for those from Graph (11:59 UTC).
#
# Seen (account with default_timezone Europe/Berlin):
#> 1985-02-28T11:59:00Z       1985-02-28
#> 1985-02-27T23:00:00Z       1985-02-27
#> 1985-02-28T00:00:00+01:00  1985-02-28
#> 1985-02-28T11:59:00.000Z   None
#> 1985-02-28Z                None
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

packages=$(apt-get install --simulate --no-install-recommends python3-exchangelib=4.9.0-1 | awk '/^Inst/ {print $2}')
[ -z "$packages" ] || apt-get download $packages > apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do [ ! -e "$package" ] || dpkg-deb --extract "$package" debian; done
cat > trial.py <<'TRIAL'
import logging
from types import SimpleNamespace
from xml.etree import ElementTree

from exchangelib import Contact, EWSTimeZone

logging.disable()
account = SimpleNamespace(default_timezone=EWSTimeZone('Europe/Berlin'))
birthday = Contact.get_field_by_fieldname('birthday')
for text in ('1985-02-28T11:59:00Z', '1985-02-27T23:00:00Z', '1985-02-28T00:00:00+01:00', '1985-02-28T11:59:00.000Z', '1985-02-28Z'):
    contact = ElementTree.fromstring(
        '<t:Contact xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">'
        f'<t:Birthday>{text}</t:Birthday></t:Contact>'
    )
    print(f'{text:26} {birthday.from_xml(elem=contact, account=account)}')
TRIAL
PYTHONPATH=debian/usr/lib/python3/dist-packages /usr/bin/python3 -W ignore trial.py > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
