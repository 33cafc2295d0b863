#!/usr/bin/env bash
# Perl's Text::vCard makes one category of several, one nickname of two, and line breaks of backslashes.
#
# Text::vCard 3.09 (libtext-vcard-perl of Debian 12, "vCards (RFC 2426)") takes the commas of lists for text and writes them
# escaped, so CATEGORIES (RFC 2426, 3.7.1), NICKNAME (3.1.3) and the further names in N (3.1.2) come back as one value.
# "\n" stays as two characters in what it reads, and "\\" becomes one backslash, so a path that goes on with "new" is
# written as a line break. In vCard 4, which it writes as VERSION:4.0 too, URIs with ";" are written empty; for these
# it prints a warning, without the name of the contact. ical.js 2.2.1 reads before and after.
#
# Why it matters: address books, mail gateways and phone exporters are kept by Perl scripts. Read and written once, a contact
# is in a category "VIP,Berlin" that no rule knows, and each further run looks as if nothing had changed.
#
# Seen:
