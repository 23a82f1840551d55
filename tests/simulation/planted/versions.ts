import type { Defect } from "./defect.ts";

/** Defects of the order of versions. */
export const VERSION_DEFECTS: readonly Defect[] = [
  {
    name: "history is a set",
    file: "src/protocol/versions/version-vector.ts",
    find: "return dot !== null && numberOn(vector, dot.branch) >= dot.number;",
    replace:
      'return dot !== null && (numberOn(vector, dot.branch) > 0 || numberOn(other, lastDot(vector)?.branch ?? "") > 0);',
    why: "a server that was away while a file was changed and changed back brings the old version with it",
    breaks: ["older never replaces newer"],
  },
  {
    name: "a conflict goes to who came first",
    file: "src/central/registry/reconcile.ts",
    find: "} else if (file && !supersedes(entry, file)) {",
    replace: '} else if (file && entry.vector === "" && !supersedes(entry, file)) {',
    why: "of two users' versions the one that is announced later is to be copied over",
    breaks: ["replicas converge", "older never replaces newer"],
  },
  {
    name: "a copy replaces what it does not follow",
    file: "src/secondary/index/descent.ts",
    find: "return copy.id === known.id || follows(copy, known);",
    replace: "return copy.id.length === known.id.length;",
    why: "an edit that was made during a copy is replaced by it",
    breaks: ["older never replaces newer"],
  },
  {
    name: "a removal is not stored",
    file: "src/central/store.ts",
    find: `this.db.run(sql, [name, serial, id, vector, edits, others.join(" "), again, ...place]);`,
    replace: "",
    why: "a server that was away brings back a file that was removed before the central was restarted",
    breaks: ["removed stays removed"],
    needs: ["remove a file from the cluster", "remove a file while a secondary is away"],
  },
  {
    name: "an applied removal is forgotten",
    file: "src/central/registry/removed-names.ts",
    find: "if (!coversVersion(tombstone, file)) {",
    replace: "if (!file.changed || !coversVersion(tombstone, file)) {",
    why: "a server that comes back with a removed file brings it back to all",
    breaks: ["removed stays removed"],
    needs: ["remove a file from the cluster", "remove a file while a secondary is away"],
  },
  {
    name: "an edit is not an edit after a restart",
    file: "src/secondary/index/descent.ts",
    find: "return { id, vector: old.vector, changed: true, edits: withEdit(old, edit) };",
    replace: "return { id, vector: old.vector, changed: false, edits: withEdit(old, edit) };",
    why: "a user's edit counts as the version before it, and is copied over",
    breaks: ["older never replaces newer"],
  },
];
