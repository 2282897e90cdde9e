"""Files of every kind, made here, good ones and bad ones."""

import io
import zipfile
from typing import Any

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Mayors vow to fight - The Courier</title>
<meta property="og:site_name" content="The Courier"><meta name="author" content="Ana Lee">
<meta property="article:published_time" content="2026-03-13T10:00:00Z">
<link rel="canonical" href="https://courier.example/mayors"></head>
<body><nav><a href="/">Home</a> <a href="/x">News</a></nav>
<article><h1>Mayors vow to fight</h1>
<p>Mayors of the <b>valley</b> vowed on Friday to fight the plan, and said “we stay”.</p>
<p>They met in Fenholm.<br>Nobody from the ministry came to the meeting in the old barracks.</p>
<ul><li>The line keeps its <i>last</i> train.</li><li>The depot closes in spring.</li></ul>
<p>A vote is expected in May, the council of Port Aldis said in a statement.</p></article>
<footer>All rights reserved. Sign up for our newsletter.</footer></body></html>
"""
PAGE_TEXT = (
    "Mayors of the valley vowed on Friday to fight the plan, and said “we stay”.\n\n"
    "They met in Fenholm.\nNobody from the ministry came to the meeting in the old barracks.\n\n"
    "The line keeps its last train.\n\nThe depot closes in spring.\n\n"
    "A vote is expected in May, the council of Port Aldis said in a statement."
)
_WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def a_zip(*members: tuple[str, bytes], packed: bool = True) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def a_docx(body: str, *, properties: str = "", head: str = "", **parts: str) -> bytes:
    """A Word document of this body; ``head`` stands before its root, ``properties`` are those of Dublin Core."""
    members: list[tuple[str, bytes]] = [
        ("word/document.xml", f"{head}<w:document {_WORDS}><w:body>{body}</w:body></w:document>".encode()),
        ("[Content_Types].xml", b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
    ]
    if properties:
        core = f'<cp xmlns:dc="http://purl.org/dc/elements/1.1/">{properties}</cp>'
        members.append(("docProps/core.xml", core.encode()))
    for name, words in parts.items():
        members.append((f"word/{name}.xml", f"<w:{name} {_WORDS}>{words}</w:{name}>".encode()))
    return a_zip(*members)


def a_feed(*items: dict[str, Any], title: str = "The Courier") -> bytes:
    """An RSS feed; an item has guid, title, link, text (HTML) and date."""
    told = "".join(
        f"<item><guid>{item['guid']}</guid><title>{item['title']}</title>"
        f"<link>{item.get('link', '')}</link><author>{item.get('author', '')}</author>"
        f"<pubDate>{item.get('date', 'Fri, 13 Mar 2026 10:00:00 +0000')}</pubDate>"
        f"<description><![CDATA[{item['text']}]]></description></item>"
        for item in items
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>'
        f"<language>en-gb</language>{told}</channel></rss>"
    ).encode()
