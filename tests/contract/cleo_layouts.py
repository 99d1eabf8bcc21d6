"""The layouts a tenant may have, and the profile that fits each."""

import tomllib
from dataclasses import dataclass
from typing import Final

from tests.processes import INBOUND

from ml_connector.cleo import CIC_FOLDERS, Profile, get_profile

RENAMED: Final = tomllib.loads("""
[auth]
token_path = "/gateway/v7/login"
refresh_path = "/gateway/v7/login"
refresh_field = "renewal"
totp_field = "otp"
fields = { grant_type = "grant", username = "login", password = "passphrase" }
response = { access_token = "token", expires_in = "lifetime", refresh_token = "renewal" }

[paging]
start_param = "offset"
start_base = 1
count_param = "limit"
total = "total"
items = "items"

[filter]
param = "where"

[error]
message = "detail"

[folders]
list = "/gateway/v7/mailboxes"
id = "key"
key = "location"
files_link = "hyperlinks.documents.uri"
files = "/gateway/v7/mailboxes/{folder_id}/documents"

[files]
content_link = "hyperlinks.raw.uri"
content = "/gateway/v7/mailboxes/{folder_id}/documents/{file_id}/raw"
fields = { id = "key", name = "title", length = "size", modified = "audit.changedAt" }

[files.upload]
path = "/gateway/v7/mailboxes/{folder_id}/documents"
style = "multipart"
multipart_field = "document"
name_param = "title"

[files.move]
link = ""
method = "POST"
path = "/gateway/v7/mailboxes/{folder_id}/documents/{file_id}/relocation"
field = "mailbox.uri"
value = "/gateway/v7/mailboxes/{target_id}"

[files.delete]
link = "hyperlinks.own.uri"
path = "/gateway/v7/mailboxes/{folder_id}/documents/{file_id}"

[connections]
list = "/gateway/v7/partners"
self_link = "hyperlinks.own.uri"
item = "/gateway/v7/partners/{connection_id}"
transfers_link = "hyperlinks.deliveries.uri"
transfers = "/gateway/v7/partners/{connection_id}/deliveries"

[connections.fields]
id = "key"
alias = "label"
external_id = "foreignKey"
type = "protocol"
folder = "group"
enabled = "activated"

[actions]
list = "/gateway/v7/tasks"
run_link = "hyperlinks.start.uri"
run = "/gateway/v7/tasks/{action_id}/start"
timeout_param = "patience"
messages_param = "lines"
status = "phase"
result = "outcome"
messages = "log"
completed = "finished"
success = "fine"
fields = { id = "key", alias = "label" }

[transfers.fields]
id = "key"

[events]
list = "/gateway/v7/journal"

[events.fields]
id = "key"
created = "audit.createdAt"
sequence = "audit.position"
text = "detail.words"
name = "facts.occurrence"
job = "facts.job"
folder = "facts.mailbox"
file = "facts.document"
""")
"""What a tenant has to be told where every name and path is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    profile: Profile
    inbound: str
    outbound: str
    upload_lands_in: str
    moves: bool = True


LAYOUTS: Final = {
    "cic-folders": Layout(
        profile=CIC_FOLDERS, inbound=INBOUND, outbound="/reference", upload_lands_in="/reference"
    ),
    "renamed": Layout(
        profile=CIC_FOLDERS.override(RENAMED),
        inbound=INBOUND,
        outbound="/reference",
        upload_lands_in="/reference",
    ),
    "harmony-connection": Layout(
        profile=get_profile("harmony-connection"),
        inbound="ml-connector",
        outbound="ml-connector",
        upload_lands_in="/edi/outbound",
        moves=False,
    ),
}
