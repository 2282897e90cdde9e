"""What must not happen, as a table: the guard against it, and the test that holds the guard to it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """``guard`` stands once in ``file``; the source says ``without`` in its place while ``test`` is run."""

    rule: str
    file: str
    guard: str
    without: str
    test: str


_API, _PAGES = "tests/api/test_", "tests/pages/test_"
_READ, _WEB = "tests/articles/test_hostile_files.py::test_", "tests/articles/test_fetching.py::test_"
_DOUBT = "tests/articles/test_encoding.py::test_what_is_in_doubt_is_refused_with_the_reason"

GUARDS = [
    # --- Let in ---
    Guard(
        "a route that nobody has thought about",
        "annotator/api/urls.py",
        '    path("batch/",',
        '    path("forgotten/", MeViewSet.as_view({"get": "retrieve"})),\n    path("batch/",',
        f"{_API}permissions.py::test_every_route_is_in_the_table",
    ),
    Guard(
        "an address that asks nobody who they are",
        "annotator/settings.py",
        "rest_framework.permissions.IsAuthenticated",
        "rest_framework.permissions.AllowAny",
        f"{_API}permissions.py::test_everybody_is_answered_as_the_table_says",
    ),
    Guard(
        "another project's id in an address",
        "annotator/access/visibility.py",
        "Article.objects.filter(project__in=visible_projects(user), purged_at=None)",
        "Article.objects.filter(purged_at=None)",
        "tests/access/test_visibility.py::test_members_see_their_project_and_nobody_another",
    ),
    Guard(
        "another project's id in a body",
        "annotator/actions/known.py",
        "model.objects.filter(pk=id, project=project, deleted_at=None)",
        "model.objects.filter(pk=id, deleted_at=None)",
        f"{_API}other_projects.py::test_ids_of_another_project_are_unknown_in_every_field",
    ),
    Guard(
        "a field that was not declared",
        "annotator/api/fields.py",
        "        if unknown:\n            known",
        "        if False:\n            known",
        f"{_API}hostile_bodies.py::test_hostile_records_are_refused",
    ),
    Guard(
        "a filter that was not declared",
        "annotator/api/lists.py",
        "        if name not in known\n",
        "        if False\n",
        f"{_API}hostile_requests.py::test_hostile_queries_are_refused",
    ),
    Guard(
        "a list that shows what the detail hides",
        "annotator/api/annotations.py",
        "        return super().listable(user).filter(coding__article__deleted_at=None)",
        "        return super().listable(user).model.objects.all()",
        f"{_API}visibility.py::test_a_coder_learns_nothing_of_another_coders_layer",
    ),
    Guard(
        "a disabled user's session",
        "annotator/settings.py",
        "AUTH_USER_MODEL =",
        'AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.AllowAllUsersModelBackend"]\nAUTH_USER_MODEL =',
        f"{_PAGES}who_gets_in.py::test_a_disabled_member_is_out_at_once",
    ),
    Guard(
        "a disabled user's token",
        "annotator/models/user.py",
        "revoked_at=None, user__is_active=True)",
        "revoked_at=None)",
        f"{_API}tokens.py::test_a_disabled_account_is_out_at_once",
    ),
    Guard(
        "a disabled user's stream",
        "annotator/live/viewers.py",
        "    sessions = _users_of_sessions([viewer.session_key for",
        "    return set(viewers)\n    sessions = _users_of_sessions([viewer.session_key for",
        "tests/live/test_live.py::test_the_stream_of_who_may_no_longer_look_ends",
    ),
    Guard(
        "a weak secret key at start",
        "annotator/settings.py",
        "if len(key) < SECRET_KEY_LENGTH or len(set(key)) < 10:",
        "if False:",
        "tests/test_settings.py::test_refuses_by_name_value_and_bound",
    ),
    Guard(
        "guesses of an operator's password at the back door",
        "annotator/admin.py",
        "    if not admin.site.has_permission(request):\n        raise PermissionDenied\n",
        "",
        "tests/test_routes.py::test_the_back_door_is_for_operators_alone",
    ),
    # --- Run ---
    Guard(
        "scripts of others, and markup made by script",
        "annotator/pages/annotate.py",
        '@csp_update({"require-trusted-types-for": ["\'script\'"], "trusted-types": ["worker"]})\n',
        "",
        "tests/journeys/test_annotate_page.py::test_the_browser_refuses_markup_made_by_script",
    ),
    Guard(
        "markup in a title, told by the server",
        "templates/annotate/annotate.html",
        '<h1 id="headline" dir="auto">{{ article.title }}</h1>',
        '<h1 id="headline" dir="auto">{{ article.title|safe }}</h1>',
        "tests/journeys/test_annotate_reading.py::test_markup_is_text_wherever_it_comes_from",
    ),
    Guard(
        "a script that stands in the page",
        "annotator/settings.py",
        '"script-src": [SELF, NONCE],',
        '"script-src": [SELF, "\'unsafe-inline\'"],',
        "tests/test_headers.py::test_a_page_lets_in_nothing_but_its_own",
    ),
    Guard(
        "a link that is a script",
        "articles/drafts.py",
        'if line["url"] and not _is_web_address(line["url"]):',
        "if False:",
        f"{_API}hostile_bodies.py::test_hostile_articles_are_refused",
    ),
    Guard(
        "a file that is shown in the page",
        "annotator/api/transfers.py",
        "attachment; filename",
        "inline; filename",
        f"{_API}transfers.py::test_an_export_is_written_and_fetched",
    ),
    # --- Swallow ---
    Guard(
        "a zip bomb, in one member",
        "articles/readers/archive.py",
        "if len(content) > most:",
        "if False:",
        f"{_READ}a_member_that_unpacks_beyond_the_bound_is_refused_whatever_its_header_says",
    ),
    Guard(
        "a zip bomb, in many members",
        "articles/readers/archive.py",
        "if self._left < 0:",
        "if False:",
        f"{_READ}a_zip_of_many_bombs_ends_at_the_bound_of_the_whole",
    ),
    Guard(
        "a zip of very many members",
        "articles/readers/archive.py",
        "_require_few(len(self._zip.infolist()), MOST_MEMBERS)",
        "pass",
        f"{_READ}a_directory_of_very_many_members_is_not_read",
    ),
    Guard(
        "a heap of marks upon one character",
        "articles/text.py",
        "if sum(1 for _ in chain(before, after)) > MOST_MARKS:",
        "if False:",
        f"{_READ}heaps_of_marks_are_refused_before_anything_puts_them_in_order",
    ),
    Guard(
        "a gzip bomb",
        "articles/fetching/bodies.py",
        "unpacking.decompress(piece, most + 1 - len(unpacked))",
        "unpacking.decompress(piece)",
        f"{_WEB}a_bomb_is_not_unpacked",
    ),
    Guard(
        "a zip member that is unpacked at one stroke",
        "articles/readers/archive.py",
        "if member.compress_type not in _UNPACKED:",
        "if False:",
        f"{_READ}what_is_unpacked_at_one_stroke_is_not_read",
    ),
    Guard(
        "a document of millions of tags",
        "articles/readers/docx.py",
        'if (count := part.count(b"<")) > MOST_TAGS:',
        "if (count := 0):",
        f"{_READ}a_document_of_very_many_tags_is_refused",
    ),
    Guard(
        "a mail with headers that take minutes",
        "articles/readers/eml.py",
        "if (size := sum(len(found.group(1)) for found in _HEADERS.finditer(raw))) > MOST_HEADERS:",
        "if (size := 0):",
        f"{_READ}a_message_with_headers_beyond_measure_is_refused",
    ),
    Guard(
        "a feed whose markup takes minutes",
        "articles/readers/feed.py",
        'html.check_size("feed", document.decode(), most_tags=MOST_TAGS, has_scripts=False)',
        "pass",
        f"{_READ}a_feed_with_markup_beyond_measure_is_refused",
    ),
    Guard(
        "a name that leads out of the zip",
        "articles/readers/archive.py",
        'if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]):',
        "if False:",
        f"{_READ}a_name_that_leads_out_of_the_zip_is_refused",
    ),
    Guard(
        "a link in a zip",
        "articles/readers/archive.py",
        "if member.external_attr >> 28 == 0xA:",
        "if False:",
        f"{_READ}a_link_in_a_zip_is_not_followed",
    ),
    Guard(
        "XML with a DOCTYPE",
        "articles/readers/xml.py",
        "if found := _DOCTYPE.search(text):",
        "if found := None:",
        f"{_READ}a_feed_with_a_doctype_is_refused_in_whatever_encoding",
    ),
    Guard(
        "a Word document that names other files",
        "articles/readers/xml.py",
        "if found := _DOCTYPE.search(text):",
        "if found := None:",
        f"{_READ}a_document_with_a_doctype_in_any_part_is_refused",
    ),
    Guard(
        "a text in two encodings",
        "articles/readers/encoding.py",
        "if _WITHIN_UTF8.search(raw) and any(",
        "if False and any(",
        _DOUBT,
    ),
    Guard(
        "a text that is taken for Windows-1252 and is not",
        "articles/readers/encoding.py",
        "if unlikely or sum(",
        "if False and sum(",
        _DOUBT,
    ),
    Guard(
        "UTF-16 without a mark, read the wrong way round",
        "articles/readers/encoding.py",
        "    if len(found) == 2:\n",
        "    if False:\n",
        _DOUBT,
    ),
    Guard(
        "deeply nested JSON",
        "articles/strict_json.py",
        "    _refuse_depth(value)\n",
        "",
        f"{_API}hostile_bodies.py::test_json_that_is_nested_too_deep_is_told_the_bound",
    ),
    Guard(
        "lone surrogates",
        "articles/strict_json.py",
        "        orjson.loads(raw)\n",
        "",
        "tests/articles/test_strict_json.py::test_what_json_leaves_open_is_refused",
    ),
    Guard(
        "a name that stands twice",
        "articles/strict_json.py",
        "object_pairs_hook=_without_repetition",
        "object_pairs_hook=dict",
        f"{_API}hostile_bodies.py::test_hostile_bodies_are_refused",
    ),
    Guard(
        "NUL",
        "articles/text.py",
        "    if nul >= 0:\n",
        "    if False:\n",
        "tests/articles/test_text.py::test_a_text_that_cannot_be_stored_is_refused_with_its_reason",
    ),
    Guard(
        "a line of 200 MB",
        "articles/readers/lines.py",
        "begun = (begun + rest)[: LONGEST_LINE + 1] if len(begun) <= LONGEST_LINE else begun",
        "begun = begun + rest",
        f"{_READ}a_line_of_200_mb_is_told_in_bounded_memory_and_the_good_rows_around_it_kept",
    ),
    Guard(
        "a body beyond measure",
        "annotator/api/transfers.py",
        "    if length > MOST:\n",
        "    if False:\n",
        f"{_API}transfers.py::test_a_body_beyond_measure_is_refused_before_it_is_read",
    ),
    # --- Reach out ---
    Guard(
        "a private, loopback or link-local address",
        "articles/fetching/connections.py",
        "if not all(is_public(address) for address in found):",
        "if False:",
        f"{_WEB}a_name_of_which_one_address_is_not_public_is_not_asked",
    ),
    Guard(
        "an address behind NAT64",
        "articles/fetching/addresses.py",
        'IPv6Network("2000::/3")',
        'IPv6Network("::/0")',
        f"{_WEB}these_addresses_are_not_public",
    ),
    Guard(
        "an address behind 6to4",
        "articles/fetching/addresses.py",
        '        "2002::/16",',
        '        "3ffe::/16",',
        f"{_WEB}these_addresses_are_not_public",
    ),
    Guard(
        "an inner address after a redirect",
        "articles/fetching/__init__.py",
        "        with connection(parts, deadline, network) as connected:",
        "        if url != 'http://news.example/': return Answer(url, 200, {}, b'')\n"
        "        with connection(parts, deadline, network) as connected:",
        f"{_WEB}a_redirect_is_checked_like_the_first_address",
    ),
    Guard(
        "a name that leads elsewhere a moment later",
        "articles/fetching/connections.py",
        "            return network.connect(address, port, deadline",
        "            return network.connect(network.resolve('rebinding.example', port)[0], port, deadline",
        f"{_WEB}a_name_that_leads_elsewhere_a_moment_later_is_asked_where_it_was_checked",
    ),
    Guard(
        "redirects without end",
        "articles/fetching/__init__.py",
        "for _ in range(limits.redirects + 1):",
        "while True:",
        f"{_WEB}redirects_come_to_an_end",
    ),
    Guard(
        "a webhook that is redirected",
        "articles/fetching/__init__.py",
        '    return _asked("POST", url, body, headers or {}, limits, Deadline(limits.seconds), network or INTERNET)',
        "    return get(url, limits=limits, network=network)",
        "tests/jobs/test_webhooks.py::test_a_redirect_is_no_acceptance_and_is_not_followed",
    ),
    Guard(
        "an answer beyond measure",
        "articles/fetching/bodies.py",
        "if max(received, len(unpacked)) > most:",
        "if False:",
        f"{_WEB}a_body_beyond_measure_is_refused",
    ),
    Guard(
        "an answer that takes its time",
        "articles/fetching/connections.py",
        "        self._socket.settimeout(self._deadline.left())\n        return self._socket.recv_into",
        "        self._socket.settimeout(None)\n        return self._socket.recv_into",
        f"{_WEB}a_host_that_takes_its_time_is_left",
    ),
    Guard(
        "an answer of another type",
        "articles/fetching/__init__.py",
        "limits.types and answer.media_type not in limits.types:",
        "False:",
        f"{_WEB}another_type_than_was_wanted_is_not_taken",
    ),
    # --- Leak ---
    Guard(
        "a cell that is a formula",
        "annotator/pages/downloads.py",
        "formula_safe(_cell(row[column]))",
        "_cell(row[column])",
        f"{_PAGES}articles.py::test_the_csv_has_the_list_as_filtered_and_no_formulas",
    ),
    Guard(
        "what went wrong inside",
        "annotator/api/errors.py",
        'return _document(500, "fault", "Our fault", _FAULT)',
        'return _document(500, "fault", "Our fault", repr(error))',
        f"{_API}errors.py::test_a_fault_of_ours_is_noted_and_tells_nothing",
    ),
    Guard(
        "another coder's layer, in pages, lists, searches, counts and exports",
        "annotator/access/visibility.py",
        '    own = Q(**{f"{of}layer": Layer.OWN, f"{of}coder": user_id})\n',
        "    return Q()\n",
        "tests/access/test_layers.py::test_no_way_of_reading_shows_a_blind_coder_the_others_layer",
    ),
    Guard(
        "another coder's layer, in events",
        "annotator/access/visibility.py",
        '        Q(coding=None) | Q(_in_readable_layer(user, "coding__"), coding__article__purged_at=None),',
        "        Q(),",
        f"{_API}visibility.py::test_a_coder_learns_nothing_of_another_coders_layer",
    ),
    # --- Stall ---
    Guard(
        "a regular expression that does not end",
        "annotator/queries/patterns.py",
        "for match in self._program.finditer(text[start:end]):",
        "for match in re.finditer(self._written, text[start:end]):",
        "tests/queries/test_patterns.py::test_what_stalls_other_engines_is_tried_on_a_long_text_to_its_end",
    ),
    Guard(
        "many who have all facets counted at once",
        "annotator/queries/facets.py",
        "            take_turn(ALL_AT_ONCE, told=told, wait=SECONDS_UNTIL_FREE)\n",
        "",
        "tests/queries/test_facets.py::test_no_more_than_a_few_have_all_counted_at_once",
    ),
    Guard(
        "ten thousand guesses of a password",
        "annotator/pages/sign_in_limit.py",
        "    return take(_key(username.casefold(), address), most=FAILURES, seconds=SECONDS, extends=True).granted > 0",
        "    return True",
        f"{_PAGES}projects.py::test_guessing_one_password_comes_to_an_end_and_others_sign_in_meanwhile",
    ),
    Guard(
        "a page of ten million",
        "annotator/api/lists.py",
        "len(given) < 5 and SMALLEST <= int(given) <= LARGEST",
        "given != '0'",
        f"{_API}hostile_requests.py::test_hostile_queries_are_refused",
    ),
    Guard(
        "a body that comes drop by drop",
        "annotator/bridge.py",
        'message = await self._pace.within(self._receive(), lambda message: len(message.get("body", b"")))',
        "message = await self._receive()",
        "tests/test_bridge.py::test_who_sends_slowly_is_not_waited_for_and_holds_no_thread",
    ),
    Guard(
        "a token that asks without end",
        "annotator/api/throttling.py",
        "        if not allowed:\n",
        "        if False:\n",
        f"{_API}throttling.py::test_what_is_refused_is_not_done",
    ),
]
