import type { SeededRandom } from "../../simulation/world/random.ts";
import type { Step } from "./conversation.ts";
import { Float, Pairs, RawBytes } from "./message-pack.ts";

/** Where limits of fields are: a value, and the one beyond it. */
const NUMBERS = [
  ...[-1, -0, 0, 1, 2, 3, 7, 255, 256, 257, 1000, 1001, 1024, 8191, 8192, 8193, 16_383, 16_384, 65_535, 65_536, 65_537],
  ...[2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 50, 2 ** 50 + 1],
  ...[Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1, 2 ** 64, 0.5, Number.NaN, Number.POSITIVE_INFINITY],
];
const TEXTS = [
  "",
  ".",
  "..",
  "../a",
  "/a",
  "a/../b",
  "a//b",
  "__proto__",
  "constructor",
  "\u0000",
  "\u001b[2J",
  "\u202e",
];
const LENGTHS = [1, 31, 32, 64, 100, 101, 255, 256, 300, 301, 500, 501, 1000, 1001, 1024, 1025, 70_000];
const LIST_LENGTHS = [0, 1, 2, 64, 65, 200, 201, 256, 257, 1000, 1001];
const EXTENSIONS = [
  Uint8Array.of(0xd6, 0xff, 1, 2, 3, 4),
  Uint8Array.of(0xd4, 0x72, 0x40),
  Uint8Array.of(0xc7, 2, 0x73, 0x91, 1),
  Uint8Array.of(0xc1),
  Uint8Array.of(0xc4, 3, 1, 2, 3),
  Uint8Array.of(0xdd, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0xdb, 0xff, 0xff, 0xff, 0xff),
  Uint8Array.of(0xa2, 0xc3, 0x28),
  Uint8Array.of(0xa3, 0xed, 0xa0, 0x80),
  Uint8Array.of(0xa1, 0xf0),
];

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A frame as it was but for one thing that no honest peer says. */
export function changeStep(step: Step, random: SeededRandom): Step {
  switch (random.below(12)) {
    case 0:
      return { ...step, claimedLength: random.pick([0, 1, 5, 100, 2 ** 20, 2 ** 20 + 1, 2 ** 32 - 1]) };
    case 1:
      return { ...step, payload: random.bytes(random.pick([0, 1, 31, 32, 33, 64, 1000])) };
    case 2:
      return { ...step, payload: step.payload.subarray(0, random.below(step.payload.length + 1)) };
    case 3:
      return { ...step, header: odd(random) };
    default:
      return { ...step, header: changeValue(step.header, random) };
  }
}

/** A value of which one part, at any depth, is another. */
export function changeValue(value: unknown, random: SeededRandom): unknown {
  const deeper = random.chance(0.7);
  if (isFields(value)) {
    const names = Object.keys(value).filter((name) => name !== "type" || random.chance(0.1));
    if (names.length === 0 || !deeper) return changeFields(value, names, random);
    const name = random.pick(names);
    return { ...value, [name]: changeValue(value[name], random) };
  }
  if (Array.isArray(value)) {
    if (value.length === 0 || !deeper) return changeList(value, random);
    const place = random.below(value.length);
    return value.map((each, index) => (index === place ? changeValue(each, random) : each));
  }
  if (random.chance(0.25)) return odd(random);
  if (typeof value === "number") return changeNumber(value, random);
  return typeof value === "string" ? changeText(value, random) : random.pick([null, true, false, 0, "", []]);
}

function changeFields(value: Fields, names: readonly string[], random: SeededRandom): unknown {
  const first = names[0] ?? "type";
  const name = names.length > 0 ? random.pick(names) : first;
  switch (random.below(5)) {
    case 0: {
      const { [name]: _, ...rest } = value;
      return rest;
    }
    case 1:
      return { ...value, [random.pick(["extra", "__proto__", "constructor", "toString", "length"])]: odd(random) };
    case 2:
      return new Pairs([...Object.entries(value), [name, value[name]]]);
    case 3:
      return new Pairs([...Object.entries(value), [random.pick([1, null, true, [], {}]), 1]]);
    default:
      return new Pairs(Object.entries(value).reverse());
  }
}

function changeList(list: readonly unknown[], random: SeededRandom): unknown {
  const length = random.pick(LIST_LENGTHS);
  const model = list[0] ?? odd(random);
  return random.chance(0.2)
    ? random.pick([null, {}, "list", 0])
    : Array.from({ length }, (_, index) => list[index] ?? model);
}

function changeNumber(value: number, random: SeededRandom): unknown {
  const other = random.chance(0.4) ? value + random.pick([-2, -1, 1, 2, 256]) : random.pick(NUMBERS);
  return random.chance(0.15) ? new Float(other) : other;
}

function changeText(value: string, random: SeededRandom): string {
  switch (random.below(4)) {
    case 0:
      return random.pick(TEXTS);
    case 1:
      return random.pick(["a", "f", "ä", "/", "\uffff", "a/"]).repeat(random.pick(LENGTHS));
    case 2:
      return `${value}${random.pick([...TEXTS, "a", "0", " "])}`;
    default: {
      const place = random.below(value.length + 1);
      return value.slice(0, place) + random.pick(["0", "f", "g", "/", ".", "\u2028"]) + value.slice(place + 1);
    }
  }
}

/** A value where none of its kind is due. */
function odd(random: SeededRandom): unknown {
  switch (random.below(6)) {
    case 0:
      return new RawBytes(random.pick(EXTENSIONS));
    case 1:
      return nested(random.pick([2, 7, 8, 9, 100, 50_000]), random.chance(0.5));
    case 2:
      return random.pick([null, true, {}, [], "", -0]);
    case 3:
      return new Float(random.pick(NUMBERS));
    case 4:
      return new RawBytes(random.bytes(random.below(20)));
    default:
      return random.pick(TEXTS);
  }
}

/** Lists or maps inside one another. */
function nested(depth: number, maps: boolean): RawBytes {
  const unit = maps ? [0x81, 0xa1, 0x61] : [0x91];
  const bytes = new Uint8Array(depth * unit.length + 1).fill(0xc0);
  for (let place = 0; place < depth * unit.length; place++) bytes[place] = unit[place % unit.length] ?? 0;
  return new RawBytes(bytes);
}
