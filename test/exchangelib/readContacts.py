"""Lists, pages and syncs the default contact folder of a mailbox, and says in JSON what it saw after each line of stdin."""

import json
import os
import sys

from exchangelib import (
    BASIC,
    DELEGATE,
    Account,
    Build,
    Configuration,
    Credentials,
    EWSTimeZone,
    Version,
)

configuration = Configuration(
    service_endpoint=os.environ["EWS_URL"],
    credentials=Credentials(os.environ["EWS_USER"], os.environ["EWS_PASSWORD"]),
    auth_type=BASIC,
    version=Version(Build(15, 2, 1544, 4)),
)
account = Account(
    os.environ["EWS_MAILBOX"],
    config=configuration,
    autodiscover=False,
    access_type=DELEGATE,
    default_timezone=EWSTimeZone("Europe/Berlin"),
)
folder = account.contacts


def describe(contact):
    return {
        "name": contact.display_name,
        "given": contact.given_name,
        "notes": contact.body,
        "emails": [each.email for each in contact.email_addresses or []],
        "phones": {each.label: each.phone_number for each in contact.phone_numbers or [] if each.phone_number},
        "street": next((each.street for each in contact.physical_addresses or [] if each.label == "Business"), None),
        "birthday": contact.birthday and contact.birthday.isoformat(),
        "categories": contact.categories,
    }


def list_all():
    return [describe(each) for each in folder.all()]


def page():
    contacts = folder.all()
    contacts.page_size = 3
    contacts.chunk_size = 2
    return [each.display_name for each in contacts.only("display_name")]


def sync():
    changes = folder.sync_items(only_fields=["display_name"])
    return [(kind, getattr(item, "display_name", None)) for kind, item in changes]


for line in sys.stdin:
    answer = {"list": list_all, "page": page, "sync": sync}[line.strip()]()
    print(json.dumps(answer), flush=True)
