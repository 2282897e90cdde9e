import { equal, test } from "./harness.js";
import { ArticleText, Boundaries } from "/modules/article.js";
import { antecedent, attributionAt, entityEnding, entityNamed, guessMention, occurrences, quotations, speaks } from "/modules/prefill.js";

const ENTITIES = [
  { id: "ilsa", name: "Ilsa Marrow", type: "PER", aliases: ["Mayor Marrow"] },
  { id: "tomas", name: "Tomas Quill", type: "PER", aliases: [] },
  { id: "rail", name: "Rail Workers’ Federation", type: "ORG", aliases: ["RWF"] },
];

/** Who speaks at `words` of a paragraph. */
function spoken(text, words) {
  const article = new ArticleText([text], [[0, [...text].length]], ["", ""]);
  const start = text.indexOf(words);
  const sentence = new Boundaries(article, "en").partAt(start, "sentence");
  const found = attributionAt(article, [start, start + words.length], [sentence.start, sentence.end], (name) => entityEnding(name, ENTITIES)?.id ?? null);
  const say = (segments) => segments?.map((segment) => article.slice(...segment)) ?? null;
  return found && { content: say(found.segments), mode: found.mode, cue: say(found.cue_span)?.[0] ?? null, source: found.source, words: say(found.source_span)?.[0] ?? null, negated: found.negated, flags: found.flags, type: found.cue_type };
}

test("a quotation, its verb and its speaker", () => {
  const { content, mode, cue, source, words } = spoken("“We will fight,” Ilsa Marrow said on Friday.", "will fight");
  equal([content, mode, cue, source, words], [["“We will fight,”"], "direct", "said", "ilsa", "Ilsa Marrow"]);
});
test("the verb before its speaker", () => {
  const { cue, source, words } = spoken("“We will fight,” said Tomas Quill, the minister.", "We will");
  equal([cue, source, words], ["said", "tomas", "Tomas Quill"]);
});
test("the speaker with a title in front", () => {
  const { source, words } = spoken("Transport Minister Tomas Quill warned: “It will cost us dear.”", "cost us dear");
  equal([source, words], ["tomas", "Transport Minister Tomas Quill"]);
});
test("one utterance taken up again after its speaker", () => equal(spoken("“Not one train,” Ilsa Marrow told the paper. “Let them come.”", "Not one").content, ["“Not one train,”", "“Let them come.”"]));
test("a quotation after another sentence is another utterance", () => equal(spoken("“Not one train,” Ilsa Marrow said. She sat down. “Let them come.”", "Not one").content, ["“Not one train,”"]));
test("the verb of the quotation's own sentence before a nearer one of its neighbour", () => {
  const who = (text, words) => {
    const { cue, source } = spoken(text, words);
    return [cue, source];
  };
  equal(who("“No,” said Tomas Quill. “We shall go on with every train that we have,” Ilsa Marrow told the paper.", "go on"), ["told", "ilsa"]);
  equal(who("Ilsa Marrow warned the council on Friday: “It ends.” Tomas Quill said so too.", "It ends"), ["warned", "ilsa"]);
  equal(who("Tomas Quill said so. “Why?” Ilsa Marrow asked.", "Why"), ["asked", "ilsa"]);
  equal(who("Ilsa Marrow asked the whole council again: “Why?” Tomas Quill said nothing.", "Why"), ["asked", "ilsa"]);
  equal(who("Tomas Quill said so. In May, Gov. Ilsa Marrow wrote to Mr. Hale, “they came. They saw.” Tomas Quill added more.", "They saw"), ["wrote", "ilsa"]);
  equal(who("Nobody left. “They came. They saw,” Ilsa Marrow said, “and nothing was done about it.” Tomas Quill added more.", "nothing was done"), ["said", "ilsa"]);
});
test("the verb of a neighbour where its own sentence has none", () => {
  const { cue, source } = spoken("Ilsa Marrow said so. “Not one train.” The hall was full.", "one train");
  equal([cue, source], ["said", "ilsa"]);
});
test("what has a verb of its own takes up no other", () => {
  const text = "“Not one train,” Ilsa Marrow told the paper. “Let them come,” Tomas Quill said.";
  equal([spoken(text, "Not one").content, spoken(text, "Let them").content], [["“Not one train,”"], ["“Let them come,”"]]);
  equal([spoken(text, "Not one").source, spoken(text, "Let them").source], ["ilsa", "tomas"]);
});
test("according to", () => {
  const { cue, source } = spoken("The cuts come in May, according to Tomas Quill.", "The cuts come in May");
  equal([cue, source], ["according to", "tomas"]);
});
test("reported without quotation marks, with a commitment", () => {
  const { content, mode, cue, source, type } = spoken("Ilsa Marrow vowed to fight the plan.", "to fight the plan");
  equal([content, mode, cue, source, type], [["to fight the plan"], "indirect", "vowed", "ilsa", "commitment"]);
});
test("a verb of feeling after a verb of speech has the subject between them", () => {
  const { cue, source, words } = spoken("Ilsa Marrow said Tomas Quill welcomed the plan.", "welcomed the plan");
  equal([cue, source, words], ["welcomed", "tomas", "Tomas Quill"]);
});
test("partly quoted is mixed", () => equal(spoken("Tomas Quill said the cuts were “sad” but needed.", "the cuts were “sad” but needed").mode, "mixed"));
test("a denial", () => equal(spoken("Tomas Quill denied that trains would stop.", "trains would stop").negated, true));
test("a quotation that is not closed runs to the end and is flagged", () => {
  const { content, flags } = spoken("Ilsa Marrow said: “We go on.", "go on");
  equal([content, flags], [["“We go on."], ["unclosed_quote"]]);
});
test("who is told is not what is said", () => equal(spoken("Ilsa Marrow told hundreds who gathered there that it is over.", "hundreds who gathered there"), null));
test("the author's own words have no speaker", () => equal(spoken("The line has eleven stops.", "eleven stops"), null));
test("a verb whose subject nobody knows proposes nothing outside quotation marks", () => equal(spoken("Critics said the line was dear.", "the line was dear"), null));
test("a speech verb of another sentence is none of this one", () => equal(spoken("Ilsa Marrow said so. The line has eleven stops.", "eleven stops"), null));
test("straight quotation marks", () => equal(spoken('"We go on," Ilsa Marrow said.', "go on").content, ['"We go on,"']));
test("an unopened quotation is flagged", () => {
  const article = new ArticleText(["We go on,” she said."], [[0, 20]], ["", ""]);
  equal(quotations(article.paragraphs[0]), [{ start: 0, end: 10, flags: ["unopened_quote"] }]);
});

test("entities by name, alias, surname, article and possessive aside", () => {
  equal(["ilsa marrow", "Mayor Marrow", "Quill", "the RWF", "Rail Workers' Federation’s", "Nobody"].map((words) => entityNamed(words, ENTITIES)?.id ?? null), ["ilsa", "ilsa", "tomas", "rail", "rail", null]);
});
test("a surname that two persons have names neither", () => equal(entityNamed("Quill", [...ENTITIES, { id: "ana", name: "Ana Quill", type: "PER", aliases: [] }]), null));
test("a pronoun stands for who is named last before it", () => {
  const mentions = [
    { entity: "ilsa", type: "PER" },
    { entity: "rail", type: "ORG" },
  ];
  const who = (words, before) => antecedent(words, before, ENTITIES, mentions);
  equal([who("she", "The plan failed. "), who("it", "The plan failed. "), who("mayor", "")], ["ilsa", "rail", null]);
  equal(who("he", "Ilsa Marrow met Minister Tomas Quill. "), "tomas");
  equal(who("he", "Joris Tennant, who chairs the council, was there. "), null);
});
test("what a name looks like", () => {
  equal(["Ana Sol", "City Council", "River Tarn", "she", "the mayor", "Harbour Bridge", "Clean Air Act", "NATO"].map((words) => Object.values(guessMention(words)).join(" ")), ["PER NAM", "ORG NAM", "LOC NAM", "PER PRO", "PER NOM", "FAC NAM", "LAW NAM", "ORG NAM"]);
});
test("every mention: whole words, the longest name first, none twice", () => {
  const text = "Marrow met Ilsa Marrow. Marrows grow; 🙂 Marrow’s plan.";
  const article = new ArticleText([text], [[0, [...text].length]], ["", ""]);
  equal(occurrences(article, ["Marrow", "Ilsa Marrow"]).map((segment) => [segment[0], article.slice(...segment)]), [[0, "Marrow"], [11, "Ilsa Marrow"], [40, "Marrow"]]);
});
test("a school does not speak", () => equal(["PER", "ORG", "GPE", "NORP", "FAC", "LOC", "EVENT", "LAW", "WORK"].filter(speaks), ["PER", "ORG", "GPE", "NORP"]));
test("a speaker who is explained between commas", () => {
  equal(["Ilsa Marrow, its chief executive, said that it would cost us dear.", "Tomas Quill, who runs the dairy at Brackfold, said it would cost us dear."].map((text) => [spoken(text, "cost us dear").source, spoken(text, "cost us dear").words]), [["ilsa", "Ilsa Marrow"], ["tomas", "Tomas Quill"]]);
});
test("what stands between commas after another sentence explains nobody", () => equal(spoken("Ilsa Marrow left. “No,” on Friday, said nobody.", "No")?.source, null));
test("a quotation that goes on in the next paragraph", () => {
  const [first, second] = ["Ilsa Marrow told the hall: “They came in spring. They left.", "“We stayed. We count our fingers.”"];
  const article = new ArticleText([first, second], [[0, first.length], [first.length + 2, first.length + 2 + second.length]], ["", "\n\n", ""]);
  const start = first.length + 2 + second.indexOf("We count");
  const found = attributionAt(article, [start, start + 10], [start, start + 10], (name) => entityEnding(name, ENTITIES)?.id ?? null);
  equal([found.source, found.flags, found.cue_span, article.exact(found.segments)], ["ilsa", ["continued_without_cue"], null, [second]]);
});
test("a quotation after one that was closed goes on from nobody", () => {
  const [first, second] = ["Ilsa Marrow told the hall: “They came in spring.”", "“We stayed.”"];
  const article = new ArticleText([first, second], [[0, first.length], [first.length + 2, first.length + 2 + second.length]], ["", "\n\n", ""]);
  equal(attributionAt(article, [first.length + 3, first.length + 5], [first.length + 2, first.length + 5], () => "ilsa").source, null);
});
test("an organisation's name between a person and a pronoun does not hide the person", () =>
  equal(antecedent("she", "Ilsa Marrow, of the Dock Workers’ Federation, did not rule it out.", ENTITIES, []), "ilsa"));
