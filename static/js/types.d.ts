/** Names shared by the modules of the annotation screen. On the wire a number counts code points. */

export type CodePoint = number & { readonly __unit: "code point" };
export type Utf16 = number & { readonly __unit: "UTF-16 code unit" };

/** `[start, end)` in code points of one revision's text. */
export type Segment = [CodePoint, CodePoint];

export type Kind = "mention" | "attribution" | "stance" | "claim";

/** An entity's id, `AUTHOR` or `UNSPECIFIED`. */
export type Party = string;

export interface Quantity {
  span: Segment;
  exact?: string[];
  comparator: string;
  low: number | null;
  high: number | null;
  unit: string;
  vague: boolean;
  certainty: string;
}

/** One annotation as the API gives and takes it. */
export interface Annotation {
  id: string;
  kind: Kind;
  segments: Segment[];
  source_span?: Segment[] | null;
  cue_span?: Segment[] | null;
  target_span?: Segment[] | null;
  hedge_spans?: Segment[] | null;
  quantities?: Quantity[];
  version: number;
  deleted_at: string | null;
  [field: string]: any;
}

export interface Entity {
  id: string;
  name: string;
  type: string;
  subtype: string;
  aliases: string[];
  description: string;
  version?: number;
}

export interface Issue {
  id: string;
  wording: string;
  definition: string;
  supporting_example: string;
  opposing_example: string;
  parent: string | null;
}

export interface Proposition {
  id: string;
  wording: string;
  kind: string;
}

export interface Records {
  entities: Record<string, Entity>;
  issues: Record<string, Issue>;
  propositions: Record<string, Proposition>;
}

/** What a member says about an annotation. */
export interface Comment {
  id: string;
  kind: Kind;
  annotation: string;
  text: string;
  resolved: boolean;
  version: number;
  created_at: string;
  created_by: string;
}

export type RecordNoun = keyof Records;

/** One value of the codebook. */
export interface CodeValue {
  value: string;
  label: string;
  definition: string;
  positive_example: string;
  negative_example: string;
  hotkey: string;
  colour: string;
  archived: boolean;
  /** of a subtype: its type */
  parent?: string;
}

export interface Coding {
  id: string;
  layer: string;
  state: string;
  coder: string | null;
  version?: number;
}

/** The JSON document the page is drawn with. */
export interface PageDocument {
  project: { slug: string; name: string; layers: "shared" | "independent" };
  article: { id: string; title: string; outlet: string; author: string; published_on: string | null; url: string; language: string };
  revision: { number: number; length: CodePoint; sha256: string; paragraphs: Segment[] };
  coding: Coding | null;
  codings: Coding[];
  me: { username: string; name: string; role: string; may: string[]; keys: Record<string, string[]> };
  codebook: Record<string, CodeValue[]>;
  optional_fields: string[];
  annotations: Annotation[];
  needs_look: Annotation[];
  comments: Comment[];
  /** Claim → what befell it since a published assessment that rests on it was last looked at. */
  source_changed: Record<string, "words_waiting" | "words_changed" | "article_changed">;
  records: Records;
  event: number;
  /** when it was read, ISO 8601 */
  at: string;
  next_article: string | null;
  urls: { api: string; list: string; review: string; keys: string };
}

/** One annotation before and after a command; `null` where it does not exist. */
export interface Change {
  before: Annotation | null;
  after: Annotation | null;
}

export interface Command {
  /** What was done, as a phrase for the status line: "Stance added". */
  label: string;
  changes: Change[];
  /** Made along with it. */
  records?: Made[];
}

/** A record that a command made. `taken`: undoing the command took it along, because nothing named it any more. */
export interface Made {
  noun: RecordNoun;
  record: any;
  taken?: boolean;
}

/** RFC 9457, as the API answers. */
export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; value: any; message: string }[];
  current?: Annotation;
  found?: string[] | string;
}

/** What is wanted of one annotation or record, until the server has it. */
export interface Entry {
  id: string;
  /** "stances" */
  path: string;
  /** the server's state that `wanted` was made on; null: it had none */
  base: any;
  /** the state to reach; null: deleted */
  wanted: any;
  /** what a request says beside the state: `exact` words, the `project` of a record */
  more: any;
  /** entries of one command go in one request */
  group: string;
  /** goes in a request of its own, after one of many was refused as a whole */
  alone: boolean;
  /** the lowest goes first */
  order: number;
  /** of the wanted state; a later one is greater */
  stamp: string;
  /** why the server refused it; it waits for the editor */
  problem: Problem | null;
}

/** Two versions, or one that has lost its place, for the editor to decide on. */
export interface Conflict {
  /** its own name; a later one is greater */
  stamp: string;
  id: string;
  path: string;
  mine: Annotation | null;
  theirs: Annotation | null;
  /** that both changed */
  fields: string[];
  /** made on a former text: its words there, and where they may stand now */
  unplaced?: Unplaced;
}

export interface Unplaced {
  exact: string[];
  choices: { fields: any; exact: string[]; context: { text: string; marked: boolean }[] }[];
}

/** What became of one id in the outbox. */
export interface Delta {
  id: string;
  path: string;
  entry: Entry | null;
  /** stamp of an entry that is no more; else "" */
  settled: string;
  /** all that there are of it to decide */
  conflicts: Conflict[];
  /** stamps of those that were decided */
  decided: string[];
  known: any;
}

/** `waiting`, `refused` and `conflicts` count annotations. */
export interface OutboxStatus {
  sending: boolean;
  offline: boolean;
  signedOut: boolean;
  waiting: number;
  refused: number;
  conflicts: number;
}

/** What the outbox needs of the page around it. */
export interface OutboxRim {
  send: (request: import("./sender.js").Request, signal: AbortSignal) => Promise<import("./sender.js").Answer>;
  newId: () => string;
  /** The screen is to show `state` (null: nothing), as the server has it or as it was merged. */
  settle: (state: any, id: string, path: string) => void;
  /** The status may have changed. */
  tell: () => void;
  /** An id was refused, or two versions of it wait for the editor. */
  trouble: (id: string) => void;
  /** The editor's username. */
  me?: string;
  /** Number of the article's current text, on which annotations are made. */
  revision?: number;
  /** Entries were made on a former text. */
  behind?: () => void;
  /** The server has stored `mine` in the form of `theirs`. */
  adopt?: (mine: any, theirs: any) => void;
  /** What a PUT carries beside a state. */
  more?: (state: any) => any;
  /** Fulfilled when it cannot be lost any more; `flight` where that changed. */
  keep?: (deltas: Delta[], flight?: import("./sender.js").Flight | null) => Promise<void>;
  later?: (act: () => void, milliseconds: number) => any;
  /** Does something when the editor has seen what was done. */
  afterFrame?: (act: () => void) => void;
}
