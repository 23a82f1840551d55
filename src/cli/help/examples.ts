import type { PlainText } from "../../sentences/sentence.ts";

/** A command line that can be used as it is, and what it is for. */
export interface Example {
  readonly purpose: PlainText;
  readonly line: string;
}

const of = (...lines: readonly (readonly [purpose: PlainText, line: string])[]): readonly Example[] =>
  lines.map(([purpose, line]) => ({ purpose, line }));

/** Examples of each command, by its name. */
const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  redes: of(
    ["the whole system at work, on this machine", "redes demo"],
    ["what a command takes", "redes help client get"],
    ["what is wrong where something does not work", "redes doctor"],
  ),
  "redes central": of(
    ["for secondaries and clients on this machine", "redes central"],
    [
      "for two secondaries, on all addresses, with a key",
      "redes central --ip 0.0.0.0 --secondaries 2 --key-file own.key",
    ],
    ["with the page of the cluster at http://127.0.0.1:8080/", "redes central --http 8080"],
  ),
  "redes secondary": of(
    ["shares ./videos1, with the central on this machine", "redes secondary -n 1"],
    ["on another machine than the central", "redes secondary -n 2 --ip 10.0.0.3 --central 10.0.0.2 --key-file own.key"],
    ["with a folder and a place for its database", "redes secondary -n 3 --dir /srv/films --data /var/lib/redes"],
    [
      "sends 20 MiB a second at most, and 2 in the daytime",
      "redes secondary -n 1 --upload-limit 20M --limit-schedule '08:00-18:00 2M'",
    ],
  ),
  "redes client": of(
    ["a console, with the central on this machine", "redes client"],
    ["a central elsewhere, and where downloads go", "redes client --central 10.0.0.2 --dir films --key-file ana.key"],
  ),
  "redes client list": of(
    ["all files", "redes client list"],
    ["the 20 largest in a folder", "redes client list series --sort size --limit 20"],
    ["below their folders", "redes client list --tree"],
    ["the names alone, for a script", "redes client list --json | jq -r '.[].name'"],
  ),
  "redes client get": of(
    ["into this folder", "redes client get film.mkv"],
    ["two, into another folder", "redes client get film.mkv 'series/one two.mkv' --dir films"],
    ["a folder, and what matches a pattern", "redes client get series 'films/**/*.mkv'"],
    ["what all of them would be", "redes client get --all --dry-run"],
    ["into another program", "redes client get backup.tar -o - | tar x"],
    ["no faster than 10 MiB a second", "redes client get film.mkv --limit-rate 10M"],
    ["for a script: no progress, and a line of JSON", "redes client get film.mkv --quiet --json --wait 600"],
  ),
  "redes client verify": of(
    ["whether all downloads here are as the cluster has them", "redes client verify films"],
    ["and fetch again what is wrong in one", "redes client verify film.mkv --repair"],
  ),
  "redes client status": of(
    ["for people", "redes client status"],
    ["whether it serves, for a script", "redes client status --json | jq .synchronized"],
  ),
  "redes client put": of(
    ["under its own name", "redes client put film.mkv"],
    ["several, into a folder of the cluster", "redes client put *.mkv --as series/"],
    ["a folder with all in it", "redes client put series"],
    ["what another program writes", "redes client put - --as library.sql < library.sql"],
  ),
  "redes client remove": of(
    ["one file", "redes client remove film.mkv"],
    ["a folder, without a question", "redes client remove --yes 'old/**'"],
  ),
  "redes client mv": of(
    ["another name", "redes client mv film.mkv 'the film.mkv'"],
    ["into a folder", "redes client mv film.mkv films/"],
  ),
  "redes client kept": of(
    ["all that is kept", "redes client kept"],
    ["the versions of a file, for a script", "redes client kept film.mkv --json"],
  ),
  "redes client restore": of(
    ["the newest that is kept", "redes client restore film.mkv"],
    ["version 3, as kept lists it", "redes client restore film.mkv 3"],
  ),
  "redes client serve": of(
    ["at http://127.0.0.1:8080/files/", "redes client serve"],
    ["at another port, with 20 GiB of cache", "redes client serve --http 9000 --cache 20G"],
  ),
  "redes demo": of(
    ["with a file that is made up", "redes demo"],
    ["with your files, and the page of the cluster", "redes demo --http ~/Videos"],
  ),
  "redes hash": of(
    ["the ids of two files", "redes hash film.mkv other.mkv"],
    ["with size and BLAKE3", "redes hash --json film.mkv"],
  ),
  "redes doctor": of(
    ["with the central on this machine", "redes doctor"],
    ["as a client elsewhere sees it", "redes doctor --central 10.0.0.2 --key-file ana.key"],
    ["what has failed, for a script", "redes doctor --json | jq '.checks[] | select(.state == \"failed\")'"],
  ),
  "redes help": of(["of a command", "redes help client get"], ["where its last word says which", "redes help get"]),
  "redes version": of(["the version", "redes version"]),
  "redes completion": of(
    ["for this shell, until it ends", "source <(redes completion bash)"],
    ["for every shell of fish", "redes completion fish > ~/.config/fish/completions/redes.fish"],
  ),
  "redes man": of(
    ["of the program", "redes man"],
    ["of a command", "redes man client get"],
    ["for everybody on this machine", "sudo redes man --out /usr/local/share/man/man1"],
  ),
  "redes key": of(
    ["the key of a new cluster", "redes key new own.key"],
    ["a key for somebody who downloads", "redes key client ana --key-file own.key --out ana.key"],
  ),
  "redes key new": of(["once for each cluster", "redes key new own.key"]),
  "redes key central": of(["for half a year", "redes key central --key-file own.key --out central.key --days 183"]),
  "redes key secondary": of(["for secondary 2", "redes key secondary 2 --key-file own.key --out second.key"]),
  "redes key client": of(
    ["for reading", "redes key client ana --key-file own.key --out ana.key"],
    ["for what the central's console can do", "redes key client ops --admin --key-file own.key --out ops.key"],
  ),
  "redes key token": of([
    "to ask a secondary over HTTPS with it",
    'curl -H "Authorization: Bearer $(redes key token --key-file own.key)" $URL',
  ]),
  "redes key https": of([
    "for two names of a server",
    "redes key https nas.home 10.0.0.3 --key-file own.key --out https.pem",
  ]),
  "redes key ca": of(["for curl --cacert", "redes key ca --key-file own.key > ca.pem"]),
  "redes key show": of(["until when it can be used", "redes key show ana.key"]),
  "redes key list": of(["who has come, and until when", "redes key list --key-file own.key"]),
  "redes key revoke": of([
    "a key that was lost, as redes key list shows it",
    'redes key revoke "$FINGERPRINT" --key-file own.key',
  ]),
};

/** Empty for a command that is not there. */
export function examplesOf(name: string): readonly Example[] {
  return (Object.hasOwn(EXAMPLES, name) ? EXAMPLES[name] : null) ?? [];
}
