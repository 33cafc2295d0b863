#!/usr/bin/env bash
# Perl's vCard::AddressBook writes contacts without UID, organization, note and categories when it only read them.
#
# libtext-vcard-perl 3.09 (Debian 12). vCard::AddressBook, "an API for parsing, editing, and creating vCards", writes what it
# has a method for, and nothing tells of the rest; issue 51 knows of nicknames. Text::vCard::Addressbook below it keeps
# all, but takes the commas of lists for text: several categories (RFC 2426, 3.7.1), nicknames (3.1.3) and further names
# (3.1.2) come back as one. It takes one backslash off and leaves "\n" alone, so the path P:\new is written as a line
# break. Issue 63 asks for categories.
#
# Why it matters: gateways and exports of address books are Perl scripts. After one run the contacts have lost the key by which
# a CardDAV server or a sync knows them, so everybody is deleted and created anew, or there twice.
#
# Seen:
#> N:Muster;Anna;Maria,Eva;;        vCard::AddressBook N:Muster;Anna;Maria\,Eva;;   Text::vCard N:Muster;Anna;Maria\,Eva;;
#> UID:4fbe8971                     vCard::AddressBook none                         Text::vCard UID:4fbe8971
#> ORG:Muster GmbH;Sales            vCard::AddressBook none                         Text::vCard ORG:Muster GmbH;Sales
#> CATEGORIES:VIP,Berlin            vCard::AddressBook none                         Text::vCard CATEGORIES:VIP\,Berlin
#> NICKNAME:Anni,Anna M.            vCard::AddressBook none                         Text::vCard NICKNAME:Anni\,Anna M.
#> NOTE:P:\\new\nCall after 9       vCard::AddressBook none                         Text::vCard NOTE:P:\new\nCall after 9
#> EMAIL;TYPE=work:a@contoso.example vCard::AddressBook EMAIL;TYPE=work:a@contoso.example Text::vCard EMAIL;TYPE=work:a@contoso.example
set -euo pipefail
script=$(realpath "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

packages=$(apt-get install --simulate --no-install-recommends libtext-vcard-perl=3.09-2 | awk '/^Inst/ {print $2}')
[ -z "$packages" ] || apt-get download $packages > apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do [ ! -e "$package" ] || dpkg-deb --extract "$package" debian; done
cat > contact <<'CARD'
N:Muster;Anna;Maria,Eva;;
UID:4fbe8971
ORG:Muster GmbH;Sales
CATEGORIES:VIP,Berlin
NICKNAME:Anni,Anna M.
NOTE:P:\\new\nCall after 9
EMAIL;TYPE=work:a@contoso.example
CARD
{ printf 'BEGIN:VCARD\nVERSION:3.0\nFN:Anna Muster\n'; cat contact; printf 'END:VCARD\n'; } | sed 's/$/\r/' > card.vcf
cat > trial.pl <<'TRIAL'
use strict;
use warnings;
use Text::vCard::Addressbook;
use vCard::AddressBook;

my $book = vCard::AddressBook->new;
$book->load_file('card.vcf');
my @written = ($book->as_string, map { $_->as_string } Text::vCard::Addressbook->load(['card.vcf'])->vcards);

open my $contact, '<', 'contact' or die;
while (my $line = <$contact>) {
    chomp $line;
    my ($name) = $line =~ /^(\w+)/;
    my @found = map { /^($name\b[^\r\n]*)/m ? $1 : 'none' } @written;
    printf "%-32s vCard::AddressBook %-28s Text::vCard %s\n", $line, @found;
}
TRIAL
native=debian/usr/lib/x86_64-linux-gnu
LD_LIBRARY_PATH=$native PERL5LIB=debian/usr/share/perl5:$native/perl5/5.36 /usr/bin/perl trial.pl > seen.txt

sed -n 's/^#> //p' "$script" | diff - seen.txt || { echo 'No longer as found: < expected, > seen.' >&2; exit 1; }
echo 'Still as found.'
