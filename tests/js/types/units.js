// @ts-check
/**
 * What the type checker refuses: characters of the text and UTF-16 units taken for each other. `make lint` fails where one of these lines
 * is let through.
 *
 * @import { ArticleText, Paragraph } from "../../../static/js/article.js"
 * @import { Annotation, CodePoint, Segment, Utf16 } from "../../../static/js/types.js"
 * @import { OffsetMap } from "../../../static/js/offsets.js"
 */

/** @param {OffsetMap} map @param {CodePoint} position @param {Utf16} unit */
export function unitsOfAMap(map, position, unit) {
  map.toUtf16(position);
  map.toCodePoint(unit);
  // @ts-expect-error a unit is no position
  map.toUtf16(unit);
  // @ts-expect-error a position is no unit
  map.toCodePoint(position);
  // @ts-expect-error a number is neither, before it is said which
  map.toUtf16(position + 1);
}

/** @param {ArticleText} article @param {Paragraph} paragraph @param {CodePoint} position @param {Utf16} unit */
export function unitsOfAText(article, paragraph, position, unit) {
  article.slice(position, position);
  paragraph.text.slice(paragraph.unitAt(position));
  // @ts-expect-error words are asked for by position
  article.slice(position, unit);
  // @ts-expect-error what a paragraph answers with is a position
  paragraph.positionAt(paragraph.positionAt(unit));
}

/** @param {Annotation} annotation @param {Utf16} unit @param {CodePoint} position */
export function unitsOfAnAnnotation(annotation, unit, position) {
  annotation.segments = [[position, position]];
  // @ts-expect-error every span of an annotation is in positions
  annotation.segments = [[unit, unit]];
  // @ts-expect-error
  annotation.source_span = [[unit, unit]];
  // @ts-expect-error
  annotation.cue_span = [[unit, unit]];
  // @ts-expect-error
  annotation.target_span = [[unit, unit]];
  // @ts-expect-error
  annotation.hedge_spans = [[unit, unit]];
  // @ts-expect-error
  annotation.quantities = [{ span: /** @type {[Utf16, Utf16]} */ ([unit, unit]), comparator: "eq", low: 1, high: 1, unit: "", vague: false, certainty: "" }];
  /** @type {Segment} */
  const segment = [position, position];
  return segment;
}
