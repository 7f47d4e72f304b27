"""ClickHouse's HTTP interface over one chDB folder, on loopback, for every client but the owner of the home.

Answers in Native are always of revision 0: `client_protocol_version` is left unread, as by a proxy that
strips it. clickhouse-connect looks at the bytes of one probe when it connects, sees no block info and never
sends the parameter again, so nothing has to be re-framed. Clients that can't do without it (clickhouse-go)
fail at connect.
"""
