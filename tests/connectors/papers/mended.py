"""A ledger with a date that does not exist."""

LEDGER = "账号名称,平台,主办单位,开设时间\n东江水务,微信订阅号,东江区水务局,2016.13.5\n".encode()
