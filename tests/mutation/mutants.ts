import { parse } from "@babel/parser";

/** A change of one operator or literal in a source file. Positions are offsets in its text. */
export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

const BINARY: Readonly<Record<string, string>> = {
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "===": "!==",
  "!==": "===",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "&&": "||",
  "||": "&&",
};
const ASSIGNMENT: Readonly<Record<string, string>> = { "+=": "-=", "-=": "+=" };
const UPDATE: Readonly<Record<string, string>> = { "++": "--", "--": "++" };

/** The parts of a syntax tree that are read here. */
interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly loc: { readonly start: { readonly line: number } };
  readonly operator?: string;
  readonly value?: unknown;
  readonly left?: SyntaxNode;
  readonly right?: SyntaxNode;
}

/** Every mutant of a TypeScript source. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const found: Mutant[] = [];
  const { program } = parse(text, { sourceType: "module", plugins: ["typescript"] });
  visit(program, (node) => {
    const change = changeOf(node, text);
    if (change) found.push({ file, line: node.loc.start.line, ...change });
  });
  return found;
}

/** The source with the mutant in it. */
export function applyMutant(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function changeOf(node: SyntaxNode, text: string): Pick<Mutant, "start" | "end" | "replacement"> | null {
  const { type, operator = "", left, right } = node;
  switch (type) {
    case "BinaryExpression":
    case "LogicalExpression": {
      const replacement = BINARY[operator];
      if (!replacement || !left || !right || (operator === "+" && [left, right].some(isText))) return null;
      const start = text.indexOf(operator, left.end);
      return start < right.start ? { start, end: start + operator.length, replacement } : null;
    }
    case "AssignmentExpression": {
      const replacement = ASSIGNMENT[operator];
      if (!replacement || !left || !right || isText(right)) return null;
      const start = text.indexOf(operator, left.end);
      return { start, end: start + operator.length, replacement };
    }
    case "UpdateExpression": {
      const start = text.indexOf(operator, node.start);
      return { start, end: start + operator.length, replacement: UPDATE[operator] ?? operator };
    }
    case "UnaryExpression":
      return operator === "!" ? { start: node.start, end: node.start + 1, replacement: "" } : null;
    case "BooleanLiteral":
      return { start: node.start, end: node.end, replacement: String(node.value !== true) };
    default:
      return null;
  }
}

function isText({ type }: SyntaxNode): boolean {
  return type === "StringLiteral" || type === "TemplateLiteral";
}

function visit(value: unknown, each: (node: SyntaxNode) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, each);
  } else if (isNode(value)) {
    // Types are gone at run time.
    if (value.type.startsWith("TS") && !("expression" in value)) return;
    each(value);
    for (const child of Object.values(value)) visit(child, each);
  }
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value && "loc" in value;
}
