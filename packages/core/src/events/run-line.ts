import { parseExperimentId } from '../model/ids.ts';
import { RUN_STATUSES } from '../model/run.ts';
import { AsciiNames } from './ascii-names.ts';
import { JsonBytes } from './json-bytes.ts';
import { isStamp } from './stamp.ts';

/** The kinds of lines that a `RunLine` reads. */
export type RunLineKind = 'run-created' | 'run-updated' | 'params' | 'tags' | 'metrics';

const AT = JsonBytes.literal('{"at":');
const CREATED = JsonBytes.literal(',"kind":"run-created","run":"');
const UPDATED = JsonBytes.literal(',"kind":"run-updated","run":"');
const PARAMS = JsonBytes.literal(',"kind":"params","run":"');
const TAGS = JsonBytes.literal(',"kind":"tags","run":"');
const METRICS = JsonBytes.literal(',"kind":"metrics","run":"');
const EXPERIMENT = JsonBytes.literal(',"experiment":"');
const NAME = JsonBytes.literal(',"name":"');
const USER = JsonBytes.literal(',"user":"');
const TIME = JsonBytes.literal(',"timeMs":');
const TAGS_OF_RUN = JsonBytes.literal(',"tags":{');
const PARAMS_OF_RUN = JsonBytes.literal(',"params":{');
const STEP = JsonBytes.literal(',"step":');
const METRICS_OF_RUN = JsonBytes.literal(',"metrics":{');
const END_TIME = JsonBytes.literal(',"endTimeMs":');
const STATUSES = RUN_STATUSES.map((status) => JsonBytes.literal(`,"status":"${status}"`));
const CHECK = JsonBytes.literal(',"crc":');

const COMMA = 44;
const COLON = 58;
const QUOTE = 34;
const CLOSING_BRACE = 125;

/** The digits of an id of a run. */
const ID_DIGITS = 32;
/** The most keys of a line. Lines with more are rare. */
const MOST_KEYS = 256;

/** The places of texts in the bytes of a line, and a hash of each. */
export class TextPlaces {
  readonly from: Uint32Array = new Uint32Array(MOST_KEYS);
  readonly to: Uint32Array = new Uint32Array(MOST_KEYS);
  readonly hash: Int32Array = new Int32Array(MOST_KEYS);

  /** Sets one of the places to the last text that was read. */
  set(place: number, { textFrom, textTo, textHash }: JsonBytes): void {
    this.from[place] = textFrom;
    this.to[place] = textTo;
    this.hash[place] = textHash;
  }
}

/**
 * Reads the lines that most small runs consist of, in the form that writers use, from their bytes: a creation, params, tags,
 * metrics of one step, an end. It creates no text and no object for a line. For a line in any other form use
 * `decodeEventLine`; for the lines that this class reads, both find the same. It does not compare the check at the end of
 * the line, which every line that it reads has, and does not judge keys. The fields have the values of the last line until the next one is read.
 */
export class RunLine {
  kind: RunLineKind = 'tags';
  stampUs = 0;
  /** The place of the id of the run: 32 bytes, which `begin` does not judge. */
  runFrom = 0;
  /** Of a creation: the time of its start. */
  timeMs = 0;
  /** Of a creation. */
  experiment = '';
  /** Of an update: the place of its status in `RUN_STATUSES`. */
  status = 0;
  /** Of an update. */
  endTimeMs: number | undefined;
  /** The number of its params, tags or metrics. */
  count = 0;
  readonly keys: TextPlaces = new TextPlaces();
  /** The values of params and tags. */
  readonly texts: TextPlaces = new TextPlaces();
  /** The values of metrics. */
  readonly numbers: Float64Array = new Float64Array(MOST_KEYS);
  /** Of a creation: the places of the name and of the user. */
  readonly attributes: TextPlaces = new TextPlaces();
  /** The end of what the check of the line is about, and the check, which is not compared. */
  bodyTo = 0;
  check = 0;

  readonly #json = new JsonBytes();
  readonly #experiments = new AsciiNames(isExperimentId);

  /** Reads the kind and the run of the line between two places. Returns false for a line in another form. */
  begin(bytes: Uint8Array, from: number, to: number): boolean {
    const json = this.#json;
    json.begin(bytes, from, to);
    if (!json.skip(AT) || !json.integer()) return false;
    this.stampUs = json.number;
    if (!isStamp(this.stampUs)) return false;
    if (json.skip(METRICS)) this.kind = 'metrics';
    else if (json.skip(PARAMS)) this.kind = 'params';
    else if (json.skip(TAGS)) this.kind = 'tags';
    else if (json.skip(CREATED)) this.kind = 'run-created';
    else if (json.skip(UPDATED)) this.kind = 'run-updated';
    else return false;
    this.runFrom = json.at;
    return json.pass(ID_DIGITS) && json.take(QUOTE);
  }

  /** Reads the rest of the line. Returns false for a line in another form. */
  rest(): boolean {
    const json = this.#json;
    this.count = 0;
    if (!this.#content(json)) return false;
    this.bodyTo = json.at;
    if (!json.skip(CHECK) || !json.natural()) return false;
    this.check = json.number;
    return json.take(CLOSING_BRACE) && json.isAtEnd;
  }

  #content(json: JsonBytes): boolean {
    switch (this.kind) {
      case 'metrics':
        return this.#time(json) && this.#metrics(json);
      case 'params':
        return json.skip(PARAMS_OF_RUN) && this.#keyedTexts(json);
      case 'tags':
        return json.skip(TAGS_OF_RUN) && this.#keyedTexts(json);
      case 'run-created':
        return this.#creation(json);
      case 'run-updated':
        return this.#update(json);
      default:
        this.kind satisfies never;
        return false;
    }
  }

  #creation(json: JsonBytes): boolean {
    const experiment = json.skip(EXPERIMENT) ? json.name(this.#experiments) : undefined;
    if (experiment === undefined) return false;
    this.experiment = experiment;
    if (!json.skip(NAME) || !json.text()) return false;
    this.attributes.set(0, json);
    if (!json.skip(USER) || !json.text()) return false;
    this.attributes.set(1, json);
    return this.#time(json) && (!json.skip(TAGS_OF_RUN) || this.#keyedTexts(json));
  }

  #update(json: JsonBytes): boolean {
    this.status = STATUSES.findIndex((status) => json.skip(status));
    if (this.status === -1) return false;
    this.endTimeMs = undefined;
    if (!json.skip(END_TIME)) return true;
    if (!json.integer()) return false;
    this.endTimeMs = json.number;
    return true;
  }

  #time(json: JsonBytes): boolean {
    this.timeMs = Math.floor(this.stampUs / 1000);
    if (!json.skip(TIME)) return true;
    if (!json.integer()) return false;
    this.timeMs = json.number;
    return true;
  }

  #keyedTexts(json: JsonBytes): boolean {
    if (json.take(CLOSING_BRACE)) return true;
    do {
      const place = this.#key(json);
      if (place === -1 || !json.take(QUOTE) || !json.text()) return false;
      this.texts.set(place, json);
    } while (json.take(COMMA));
    return json.take(CLOSING_BRACE);
  }

  #metrics(json: JsonBytes): boolean {
    if (!json.skip(STEP) || !json.integer() || !json.skip(METRICS_OF_RUN)) return false;
    if (json.take(CLOSING_BRACE)) return true;
    do {
      const place = this.#key(json);
      if (place === -1 || !json.value()) return false;
      this.numbers[place] = json.number;
    } while (json.take(COMMA));
    return json.take(CLOSING_BRACE);
  }

  /** Reads a key and the colon after it, and returns its place; -1 if there is none, or if there are too many. */
  #key(json: JsonBytes): number {
    const place = this.count;
    if (place === MOST_KEYS || !json.take(QUOTE) || !json.text()) return -1;
    this.keys.set(place, json);
    this.count = place + 1;
    return json.take(COLON) ? place : -1;
  }
}

function isExperimentId(text: string): boolean {
  try {
    parseExperimentId(text);
    return true;
  } catch {
    return false;
  }
}
