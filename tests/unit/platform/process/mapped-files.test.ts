import { expect, test } from "bun:test";
import { releaseCode, unchangeableMappings } from "../../../../src/platform/process/mapped-files.ts";

const SMAPS = `00200000-01a39000 r--p 00000000 08:01 77 /opt/redes
Rss:                7588 kB
Anonymous:             0 kB
01a40000-0684a000 r-xp 0183f000 08:01 77                         /opt/redes
Rss:               36072 kB
Anonymous:             0 kB
0684a000-06867000 r--p 06649000 08:01 77                         /opt/redes
Rss:                 100 kB
Anonymous:           100 kB
06867000-074a1000 rw-p 06665000 08:01 77                         /opt/redes
Rss:                7072 kB
Anonymous:             0 kB
35c1b000000-35c5b000000 r--p 00000000 00:00 0
Rss:               15056 kB
Anonymous:             0 kB
7f0000000000-7f0000100000 r-xp 00000000 08:01 78                         /lib/libc.so.6
Anonymous:             0 kB
7fff0000-7fff2000 r-xp 00000000 00:00 0                          [vdso]
Anonymous:             0 kB
`;

test("only what is in the program's own file as it is, and cannot be written to, is given up", () => {
  expect(unchangeableMappings(SMAPS, "/opt/redes")).toEqual([
    { start: 0x200000, bytes: 0x1839000 },
    { start: 0x1a40000, bytes: 0x4e0a000 },
  ]);
});

test("the program goes on without its code in memory", () => {
  for (let times = 0; times < 3; times++) {
    releaseCode();
    expect(JSON.parse('{"a": [1, 2, 3]}')).toEqual({ a: [1, 2, 3] });
  }
});
