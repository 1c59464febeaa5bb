"""aiohttp with ssl=Fingerprint: one hash of the whole leaf certificate."""

from __future__ import annotations

import asyncio
import socket
import ssl

import aiohttp
import talk
from aiohttp.abc import AbstractResolver


class Lab(AbstractResolver):
    """Every name is the lab's address."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[dict]:
        entry = {"hostname": host, "host": self.address, "port": port, "family": socket.AF_INET}
        return [{**entry, "proto": 0, "flags": socket.AI_NUMERICHOST}]

    async def close(self) -> None:
        pass


async def fetch(brief: dict) -> tuple[int, str]:
    trust = ssl.create_default_context(cafile=brief["ca_file"])
    pin = brief["fingerprint"]
    checked = trust if pin is None else aiohttp.Fingerprint(bytes.fromhex(pin))
    connector = aiohttp.TCPConnector(resolver=Lab(brief["address"]), ssl=trust)
    timeout = aiohttp.ClientTimeout(total=brief["timeout_ms"] / 1000)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        headers = {"X-Pinlab-Canary": brief["canary"]}
        asked = session.get(brief["url"], ssl=checked, proxy=brief["proxy"], headers=headers)
        async with asked as answer:
            return answer.status, await answer.text(errors="replace")


talk.serve(lambda brief: asyncio.run(fetch(brief)))
