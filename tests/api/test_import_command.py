"""`manage.py import_articles`."""

import json

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from articles.readers import READERS


def run(capsys, *arguments):
    """What the command says, and its exit code."""
    code = 0
    try:
        call_command("import_articles", *arguments)
    except SystemExit as leaving:
        code = leaving.code
    except CommandError as error:
        return str(error), error.returncode
    return capsys.readouterr().out, code


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.txt").write_text("Keep the line\n\nShe said so.")
    rows = [{"title": "B", "text": "B."}, {"title": "", "text": "C."}, {"title": "D", "text": "B."}]
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    (tmp_path / "notes.md").write_text("Not an article.")
    return tmp_path


def test_a_folder_is_brought_in_with_a_line_for_each_refused_row(cast, capsys, folder):
    told, code = run(capsys, "--project", "desk", "--user", "mo", str(folder))

    assert told.splitlines() == [
        f"refused: {folder}/rows.jsonl, line 2: An article needs a title.",
        "2 new, 1 there already, 1 refused.",
    ]
    assert (code, Article.objects.count()) == (1, 2)


def test_good_files_end_with_0_also_the_second_time(cast, capsys, folder):
    first = run(capsys, "--project", "desk", "--user", "mo", str(folder / "a.txt"))
    again = run(capsys, "--project", "desk", "--user", "mo", str(folder / "a.txt"))

    assert first == ("1 new, 0 there already, 0 refused.\n", 0)
    assert again == ("0 new, 1 there already, 0 refused.\n", 0)


def test_a_file_that_is_missing_is_a_refused_row(cast, capsys, folder):
    told, code = run(capsys, "--project", "desk", "--user", "mo", str(folder / "none.txt"), str(folder / "a.txt"))

    assert told.splitlines() == [
        f"refused: {folder}/none.txt: cannot be read (No such file or directory).",
        "1 new, 0 there already, 1 refused.",
    ]
    assert code == 1


@pytest.mark.parametrize(
    ("project", "user", "told"),
    [
        ("desk", "nobody", "--user nobody: there is no active account of this name."),
        ("elsewhere", "mo", "--project elsewhere: mo is in no project of this name."),
        ("desk", "sam", "You may not do this here: “article.add” is not for your role, layer or token."),
    ],
)
def test_what_cannot_begin_ends_with_2(cast, capsys, folder, project, user, told):
    assert run(capsys, "--project", project, "--user", user, str(folder)) == (told, 2)
    assert Article.objects.count() == 0


def test_a_folder_without_articles_is_told(cast, capsys, tmp_path):
    assert run(capsys, "--project", "desk", "--user", "mo", str(tmp_path)) == (
        f"No files of a known kind are there: {', '.join(sorted(READERS))}.",
        2,
    )
