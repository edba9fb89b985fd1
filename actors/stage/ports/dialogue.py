"""A conversation over TCP, step by step as it is scripted."""

import asyncio

from actors.stage.ports.door import PortDoor
from actors.stage.world.ports import DialoguePort, StagedTls


async def hold_dialogue(door: PortDoor, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, until its script is over and the other side has left."""
    script = door.script()
    if not isinstance(script, DialoguePort):
        return
    for step in script.steps:
        await asyncio.sleep(step.after)
        if step.say:
            writer.write(step.say)
            await writer.drain()
        if step.hear:
            line = await reader.readline()
            if not line:
                return
            door.heard(line.decode("utf-8", "replace").rstrip("\r\n"))
        if step.starttls:
            await writer.start_tls(door.context(script.tls or StagedTls()))
        if step.ends:
            return
    await reader.read()
