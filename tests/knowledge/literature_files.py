"""Files of literature as they come: invented records of PubMed and headings of MeSH."""

from xml.sax.saxutils import escape

TREE = """<?xml version="1.0"?>
<!DOCTYPE DescriptorRecordSet SYSTEM "https://www.nlm.nih.gov/databases/dtd/nlmdescriptorrecordset_20250101.dtd">
<DescriptorRecordSet LanguageCode="eng">
%s
</DescriptorRecordSet>"""


def heading(name, places, synonyms=()):
    terms = "".join(f"<Term><String>{s}</String></Term>" for s in (name, *synonyms))
    numbers = "".join(f"<TreeNumber>{p}</TreeNumber>" for p in places)
    return (
        f"<DescriptorRecord><DescriptorName><String>{name}</String></DescriptorName>"
        f"<TreeNumberList>{numbers}</TreeNumberList>"
        f"<ConceptList><Concept><TermList>{terms}</TermList></Concept></ConceptList></DescriptorRecord>"
    )


MESH = TREE % "\n".join(
    (
        heading("Heart Diseases", ["C14.280"], ["Cardiac Diseases"]),
        heading("Heart Failure", ["C14.280.434"], ["Cardiac Failure", "Heart Decompensation"]),
        heading("Heart Failure, Diastolic", ["C14.280.434.611"]),
        heading("Neoplasms", ["C04"], ["Tumors", "Cancer"]),
    )
)


def record(
    pmid, title="An invented trial", abstract="It was invented.", *, types=("Journal Article",), mesh=(), **more
):
    """One record; `more` may hold year, month, authors, doi, language, retracted_in, concern_in, label."""
    authors = "".join(
        f"<Author><LastName>{last}</LastName><Initials>{initials}</Initials></Author>"
        for last, initials in more.get("authors", (("Doe", "JA"),))
    )
    corrections = "".join(
        f'<CommentsCorrections RefType="{kind}"><PMID>{more[name]}</PMID></CommentsCorrections>'
        for kind, name in (("RetractionIn", "retracted_in"), ("ExpressionOfConcernIn", "concern_in"))
        if name in more
    )
    label = f' Label="{more["label"]}"' if "label" in more else ""
    headings = "".join(
        f'<MeshHeading><DescriptorName MajorTopicYN="{"Y" if m.endswith("*") else "N"}">{m.rstrip("*")}'
        "</DescriptorName></MeshHeading>"
        for m in mesh
    )
    doi = f'<ELocationID EIdType="doi">{more["doi"]}</ELocationID>' if "doi" in more else ""
    return f"""<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>
<Journal><JournalIssue><Volume>7</Volume><Issue>2</Issue><PubDate><Year>{more.get("year", 2020)}</Year>
<Month>{more.get("month", "May")}</Month></PubDate></JournalIssue><Title>Journal of Invented Trials</Title></Journal>
<ArticleTitle>{escape(title)}</ArticleTitle><Pagination><MedlinePgn>101-9</MedlinePgn></Pagination>{doi}
<Abstract><AbstractText{label}>{escape(abstract)}</AbstractText></Abstract><AuthorList>{authors}</AuthorList>
<Language>{more.get("language", "eng")}</Language>
<PublicationTypeList>{"".join(f"<PublicationType>{t}</PublicationType>" for t in types)}</PublicationTypeList></Article>
<MeshHeadingList>{headings}</MeshHeadingList>
<CommentsCorrectionsList>{corrections}</CommentsCorrectionsList></MedlineCitation></PubmedArticle>"""


def articles(*records, deleted=()):
    gone = "".join(f"<PMID>{pmid}</PMID>" for pmid in deleted)
    tail = f"<DeleteCitation>{gone}</DeleteCitation>" if deleted else ""
    return f'<?xml version="1.0"?>\n<PubmedArticleSet>{"".join(records)}{tail}</PubmedArticleSet>'


def pdf(*pages, title=None):
    """A small PDF with one line of text on each page."""
    import io

    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    for said in pages:
        page = writer.add_blank_page(400, 400)
        font = DictionaryObject(
            {
                NameObject(k): NameObject(v)
                for k, v in (("/Type", "/Font"), ("/Subtype", "/Type1"), ("/BaseFont", "/Helvetica"))
            }
        )
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
        )
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 300 Td ({said}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    if title:
        writer.add_metadata({"/Title": title})
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()
