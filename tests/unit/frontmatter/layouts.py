"""Front matter as it is laid out in the wild, with papers that nobody wrote."""

from dataclasses import dataclass
from datetime import date

from actors.stage.sites.pdf import PdfLine, pdf_of
from messages.drafts import Extension


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A document and what it says of itself."""

    body: bytes
    title: str
    authors: tuple[str, ...]
    audience: tuple[str, ...]
    date: date | None
    extension: Extension = Extension.HTML
    content_type: str = "text/html; charset=utf-8"


BIKESHED = """<!doctype html><html lang="en"> <head>
  <meta content="text/html; charset=utf-8" http-equiv="Content-Type">
  <meta content="width=device-width, initial-scale=1, shrink-to-fit=no" name="viewport">
  <title>P4321R1: A ring buffer for &lt;everyone&gt;</title>
<style>body { counter-reset: example figure issue; } Author: { content: "Nobody Real" }</style>
<body class="h-entry">
  <div class="head"> <p data-fill-with="logo"></p>
   <h1 class="p-name no-ref" id="title">P4321R1<br>A ring buffer for &lt;everyone&gt;</h1>
   <h2 class="no-num no-toc no-ref heading settled" id="profile-and-date"><span class="content">Published Proposal,
     <time class="dt-updated" datetime="2024-10-15">15 October 2024</time></span></h2>
   <div data-fill-with="spec-metadata">
    <dl>
     <dt>This version: <dd><a class="u-url" href="http://wg21.link/P4321R1">http://wg21.link/P4321R1</a>
     <dt>Issue Tracking: <dd><a href="https://example.org/inline">Inline In Spec</a>
     <dt class="editor">Authors:
     <dd class="editor p-author h-card vcard"><a class="p-name fn u-email email" href="mailto:mara@example.org">Mara
      Lindqvist</a> (<span class="p-org org">Northern Lights Computing</span>)
     <dd class="editor p-author h-card vcard"><span class="p-name fn">Tomás Ó Briain</span>
     <dt>Audience: <dd>LEWG, SG1
     <dt>Project: <dd>ISO/IEC 14882 Programming Languages — C++, ISO/IEC JTC1/SC22/WG21
    </dl></div> <hr title="Separator for header"></div>
  <h2 id="abstract"><span class="content">Abstract</span></h2><p>Rings for all.</p>
  <nav data-fill-with="table-of-contents"><h2>Table of Contents</h2><ol><li>Motivation</ol></nav>
</body></html>"""

MPARK = """<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" lang xml:lang><head>
  <meta charset="utf-8"/><meta name="generator" content="mpark/wg21"/>
  <meta name="dcterms.date" content="2023-05-19"/>
  <title>Pattern matching, again</title><style>code{white-space: pre-wrap;}</style></head>
<body><div class="wrapper"><header id="title-block-header">
<h1 class="title" style="text-align:center">Pattern matching, again</h1>
<table style="border:none;float:right">
  <tr><td>Document #: </td><td>D3333R0 <a href="https://wg21.link/P3333">[Latest]</a> <a href="x">[Status]</a></td></tr>
  <tr><td>Date: </td><td>2023-05-19</td></tr>
  <tr><td style="vertical-align:top">Project: </td><td>Programming Language C++</td></tr>
  <tr><td style="vertical-align:top">Audience: </td><td>
      EWG<br>
      Library Evolution<br></td></tr>
  <tr><td style="vertical-align:top">Reply-to: </td><td>
      Ishaan van der Meer<br>&lt;<a href="mailto:ishaan@example.com" class="email">ishaan@example.com</a>&gt;<br>
      Renée Ka\u0308hler<br>&lt;<a href="mailto:r.kaehler@example.net" class="email">r.kaehler@example.net</a>&gt;<br>
  </td></tr>
</table></header><div style="clear:both">
<div id="TOC" role="doc-toc"><h1 id="toctitle">Contents</h1><ul><li>1 Abstract</li></ul></div>
<h1 data-number="1" id="abstract"><span class="header-section-number">1</span> Abstract</h1><p>Matches.</p>
</div></div></body></html>"""

PLAIN_TABLE = """<html><head><title>N4999: Contiguous something</title></head><body>
<table cellspacing=0>
<tr><td>Document Number:<td>P2999R3
<tr><td>Date:<td>2021-11-03
<tr><td>Audience:<td>Library Working Group
<tr><td rowspan=2 valign=top>Authors:<td>Wilhelmina Oduya, Great Lakes Ltd. (woduya at example dot org)
<tr><td>Kenji Hartmann, &lt;khartmann@example.org&gt;
<tr><td>Target:<td>C++26
</table>
<h1>Contiguous something for spans</h1>
<h2>Introduction</h2><p>The author: says nothing.</p></body></html>"""

ADDRESS = """<HTML><HEAD><TITLE>Moving on</TITLE></HEAD><BODY>
<ADDRESS align=right>Document number: P0999R1</ADDRESS>
<ADDRESS align=right>Project: Programming Language C++</ADDRESS>
<ADDRESS align=right>Library Evolution Working Group</ADDRESS>
<BR>
<ADDRESS align=right><A href="mailto:ola@example.org">Ola Bergstr&ouml;m</A> &lt;ola@example.org&gt;</ADDRESS>
<ADDRESS align=right>Yusuf Adeyemi &lt;yusuf@example.org&gt;</ADDRESS>
<ADDRESS align=right>2018-02-11</ADDRESS>
<H1 align=center>Moving on from moved-from</H1>
<P>Objects that were moved from.</P></BODY></HTML>"""

PRE = """<!DOCTYPE html><title>P1717R2 Sorting twice</title>
<pre>
Doc. no.:  P1717R2
Date:      21 May 2019
Audience:  LEWG; LWG
Reply-to:  Catalina Moreau &lt;cat@example.org&gt;
           Bo Lindholm (bo.lindholm@example.org)
Title:     Sorting twice is sorting once
</pre>
<h2>Abstract</h2>
<p>Nothing.</p>"""

PARAGRAPHS = """<html><body>
<center><h1>A proposal to add nothing</h1></center>
<p><b>Document number:</b> P1234R0</p>
<p><b>Date:</b> February 29, 2020</p>
<p><b>Author:</b> Ngozi Petrov (<a href="mailto:ngozi@example.org">ngozi@example.org</a>)</p>
<p><b>Audience:</b> Evolution Working Group (EWG)</p>
<h2>1. Abstract</h2><p>We propose nothing.</p></body></html>"""

BREAKS = """<html><head><title>Paper</title></head><body>
Document number: D2468R4<br/>
Date: 2022-04-01<br/>
Author: Ingrid O&#39;Hara, Piotr Zieli&#x144;ski<br/>
Contact: ingrid@example.org<br/>
Audience: SG14, LEWG<br/>
<h1>D2468R4: Low latency for small committees</h1>
<p>Fast.</p></body></html>"""

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40"><head>
<meta http-equiv=Content-Type content="text/html; charset=windows-1252"><meta name=Generator
content="Microsoft Word 15"><title>Document1</title>
<style><!-- p.MsoNormal, li.MsoNormal {mso-style-unhide:no; margin:0cm;} --></style>
<!--[if gte mso 9]><xml><o:Author>Wrong Person</o:Author></xml><![endif]--></head>
<body lang=EN-US style='tab-interval:36.0pt'><div class=WordSection1>
<p class=MsoTitle><span lang=EN-GB>Contracts, but <i>quieter</i><o:p></o:p></span></p>
<table class=MsoTableGrid border=0><tr><td width=127>
<p class=MsoNormal><b>Document
Number:<o:p></o:p></b></p></td>
<td width=488 valign=top><p class=MsoNormal>P3210R2<o:p></o:p></p></td></tr>
<tr><td><p class=MsoNormal><b>Date:<o:p></o:p></b></p></td><td><p class=MsoNormal>2024-<span
style='mso-spacerun:yes'></span>11-16<o:p></o:p></p></td></tr>
<tr><td><p class=MsoNormal><b>Reply<span style='mso-spacerun:yes'>\xa0</span>to:<o:p></o:p></b></p></td>
<td><p class=MsoNormal>Bj\xf6rn Almqvist (<a href="mailto:b@example.org"><span>b@example.org</span></a>)<o:p></o:p></p>
<p class=MsoNormal>Siobh\xe1n Kowalczyk (s@example.org)<o:p></o:p></p></td></tr>
<tr><td><p class=MsoNormal><b>Audience:</b></p></td><td><p class=MsoNormal>SG21 (Contracts), EWG</p></td></tr></table>
<p class=MsoNormal><o:p>&nbsp;</o:p></p><h1>Abstract</h1><p class=MsoNormal>Quiet.</p></div></body></html>"""

BODY_TEXT = "<p>" + "Words that stand in front of everything, for some reason. " * 700 + "</p>\n"
LATE_AUTHOR = (
    '<html><head><title>P0042R9 - Late names</title></head><body><h1>Late names</h1>\n<p id="date">2016-10-17</p>\n'
    + BODY_TEXT
    + "<p>Author: Fatima Nakamura &lt;fatima@example.org&gt;</p></body></html>"
)

PARALLEL = """<html><body><table><tr>
<td>Document number:<br>Date:<br>Audience:<br>Reply-to:</td>
<td>P0777R0<br>2017-10-15<br>LWG<br>Amadou Silva &lt;amadou@example.org&gt;</td></tr></table>
<h2>Avoiding needless decay, or not</h2><p>Text.</p></body></html>"""

ONE_CELL = """<table><tr><th>Doc. No.</th><td>P2222R0</td></tr><tr><th>Date</th><td>2020/09/12</td></tr>
<tr><th>Authors</th><td>Leila Fontaine<br>Marek Dvořák<br></td></tr><tr><th>Subgroup</th><td>LEWGI</td></tr></table>
<h1>Strings without strings</h1>"""

HEADED = """<html><body><h1>Headed by headings</h1><h4>Document Number</h4><p>P2020R0</p>
<h4>Date</h4><p>2020-01-02</p><h4>Audience</h4><p>SG16</p>
<h4>Authors</h4><p>Zuzana Haddad<br>Carlos Ibáñez de León</p>
<h4>Abstract</h4><p>Ada Lovelace is in it.</p></body></html>"""

UNLABELLED = """<html><head><title>Unlabelled</title></head><body><h1>No label anywhere</h1>
<p>P0100R0<br>2015-09-26<br>Priya Svensson<br>priya@example.org<br>LWG</p><p>Text.</p></body></html>"""


def latex(lines: list[PdfLine], **about: str) -> bytes:
    return pdf_of(
        [[*lines, PdfLine(text="")] + [PdfLine(text=f"A line of the paper, number {n}.") for n in range(20)]], **about
    )


LATEX_HEADER = latex(
    [
        PdfLine(text="Document Number: P2848R1"),
        PdfLine(text="Date: 2023-09-14"),
        PdfLine(text="Audience: LEWG, SG9"),
        PdfLine(text="Author: Hana Castellanos"),
        PdfLine(text="Contact: hana@example.org"),
        PdfLine(text=""),
        PdfLine(text="A view of the optional", size=20),
        PdfLine(text="and of the rest", size=20),
        PdfLine(text=""),
        PdfLine(text="1 Introduction", size=14),
    ]
)

LATEX_REPLY_TO = latex(
    [
        PdfLine(text="Ranges of ranges", size=17),
        PdfLine(text=""),
        PdfLine(text="Document #: P3100R0"),
        PdfLine(text="Date: 2024-01-09"),
        PdfLine(text="Project: Programming Language C++"),
        PdfLine(text="Audience: SG9 Ranges"),
        PdfLine(text="Reply-to: Emeka Johansson"),
        PdfLine(text="<emeka@example.org>"),
        PdfLine(text="Ana\xefs Verbruggen"),
        PdfLine(text="<anais@example.org>"),
        PdfLine(text="1 Abstract", size=14),
    ],
    title="thesis.dvi",
)

LATEX_TABULAR = latex(
    [
        PdfLine(text="Document Number P1950R2"),
        PdfLine(text="Date 2021-02-19"),
        PdfLine(text="Audience Evolution Working Group"),
        PdfLine(text="Reply-to Dmitri Amaro dmitri@example.org"),
        PdfLine(text="Louisa Grant, Some Institute, louisa.grant@example.org"),
        PdfLine(text=""),
        PdfLine(text="An indirect value type for composition", size=17.2),
        PdfLine(text="Abstract", size=12),
    ]
)

LATEX_MAKETITLE = latex(
    [
        PdfLine(text="P3333R0: Deferring everything", size=17),
        PdfLine(text="Oluwaseun Bright", size=12),
        PdfLine(text="Mei-Ling Fraser", size=12),
        PdfLine(text="May 3, 2024", size=12),
        PdfLine(text="Abstract", size=9),
    ]
)

LATEX_ACCENTS = latex(
    [
        PdfLine(text="Date: 2019-06-17"),
        PdfLine(text="Authors: Thorsten K\xa8uhne (thorsten@example.org), Andr\xb4e Mart\xb4in (am@example.org)"),
        PdfLine(text="Audience: EWG"),
        PdfLine(text="Defined behaviour", size=18),
    ]
)

PDF_TYPE = "application/pdf"

LAYOUTS = {
    "bikeshed": Layout(
        body=BIKESHED.encode(),
        title="A ring buffer for <everyone>",
        authors=("Mara Lindqvist", "Tomás Ó Briain"),
        audience=("LEWG", "SG1"),
        date=date(2024, 10, 15),
    ),
    "mpark": Layout(
        body=MPARK.encode(),
        title="Pattern matching, again",
        authors=("Ishaan van der Meer", "Renée Kähler"),
        audience=("EWG", "Library Evolution"),
        date=date(2023, 5, 19),
    ),
    "a plain table": Layout(
        body=PLAIN_TABLE.encode(),
        title="Contiguous something for spans",
        authors=("Wilhelmina Oduya", "Kenji Hartmann"),
        audience=("Library Working Group",),
        date=date(2021, 11, 3),
    ),
    "addresses": Layout(
        body=ADDRESS.encode(),
        title="Moving on from moved-from",
        authors=("Ola Bergström", "Yusuf Adeyemi"),
        audience=("Library Evolution Working Group",),
        date=date(2018, 2, 11),
    ),
    "preformatted": Layout(
        body=PRE.encode(),
        title="Sorting twice is sorting once",
        authors=("Catalina Moreau", "Bo Lindholm"),
        audience=("LEWG", "LWG"),
        date=date(2019, 5, 21),
    ),
    "paragraphs": Layout(
        body=PARAGRAPHS.encode(),
        title="A proposal to add nothing",
        authors=("Ngozi Petrov",),
        audience=("Evolution Working Group (EWG)",),
        date=date(2020, 2, 29),
    ),
    "lines with breaks": Layout(
        body=BREAKS.encode(),
        title="Low latency for small committees",
        authors=("Ingrid O'Hara", "Piotr Zieliński"),
        audience=("SG14", "LEWG"),
        date=date(2022, 4, 1),
    ),
    "word": Layout(
        body=WORD.encode("cp1252"),
        content_type="text/html",
        title="Contracts, but quieter",
        authors=("Björn Almqvist", "Siobhán Kowalczyk"),
        audience=("SG21 (Contracts)", "EWG"),
        date=date(2024, 11, 16),
    ),
    "an author 39,000 characters into the file": Layout(
        body=LATE_AUTHOR.encode(),
        title="Late names",
        authors=("Fatima Nakamura",),
        audience=(),
        date=date(2016, 10, 17),
    ),
    "labels and values side by side": Layout(
        body=PARALLEL.encode(),
        title="Avoiding needless decay, or not",
        authors=("Amadou Silva",),
        audience=("LWG",),
        date=date(2017, 10, 15),
    ),
    "two authors in a cell": Layout(
        body=ONE_CELL.encode(),
        title="Strings without strings",
        authors=("Leila Fontaine", "Marek Dvořák"),
        audience=("LEWGI",),
        date=date(2020, 9, 12),
    ),
    "headings": Layout(
        body=HEADED.encode(),
        title="Headed by headings",
        authors=("Zuzana Haddad", "Carlos Ibáñez de León"),
        audience=("SG16",),
        date=date(2020, 1, 2),
    ),
    "without labels": Layout(
        body=UNLABELLED.encode(),
        title="No label anywhere",
        authors=("Priya Svensson",),
        audience=("LWG",),
        date=date(2015, 9, 26),
    ),
    "latex with a header": Layout(
        body=LATEX_HEADER,
        extension=Extension.PDF,
        title="A view of the optional and of the rest",
        authors=("Hana Castellanos",),
        audience=("LEWG", "SG9"),
        date=date(2023, 9, 14),
    ),
    "latex with reply-to": Layout(
        body=LATEX_REPLY_TO,
        extension=Extension.PDF,
        title="Ranges of ranges",
        authors=("Emeka Johansson", "Anaïs Verbruggen"),
        audience=("SG9 Ranges",),
        date=date(2024, 1, 9),
    ),
    "latex in columns": Layout(
        body=LATEX_TABULAR,
        extension=Extension.PDF,
        title="An indirect value type for composition",
        authors=("Dmitri Amaro", "Louisa Grant"),
        audience=("Evolution Working Group",),
        date=date(2021, 2, 19),
    ),
    "latex's own title": Layout(
        body=LATEX_MAKETITLE,
        extension=Extension.PDF,
        title="Deferring everything",
        authors=("Oluwaseun Bright", "Mei-Ling Fraser"),
        audience=(),
        date=date(2024, 5, 3),
    ),
    "latex's loose accents": Layout(
        body=LATEX_ACCENTS,
        extension=Extension.PDF,
        title="Defined behaviour",
        authors=("Thorsten Kühne", "André Martín"),
        audience=("EWG",),
        date=date(2019, 6, 17),
    ),
}
