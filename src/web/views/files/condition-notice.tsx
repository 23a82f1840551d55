import { CommandLine } from "../../parts/copy/command-line.tsx";
import { startCommand } from "../../parts/copy/commands.ts";
import { Notice } from "../../parts/notice.tsx";
import { useStore } from "../../store/page-context.ts";
import { useText } from "../../text/language-context.ts";
import { filesCondition } from "./files-condition.ts";

/** What people must know before they look for a file, and what they can do about it. */
export function ConditionNotice() {
  const words = useText().files;
  const condition = useStore(filesCondition);
  switch (condition) {
    case "nothing shared":
      return (
        <Notice kind="info" title={words.empty.nothingSharedTitle}>
          <p>{words.empty.nothingSharedWhat}</p>
          <CommandLine command={startCommand(1, location.hostname)} what={words.empty.startCommand} />
        </Notice>
      );
    case "no files":
      return (
        <Notice kind="info" title={words.empty.putFilesTitle}>
          <p>{words.empty.putFilesWhat}</p>
        </Notice>
      );
    case "no server":
      return <NoServer />;
    case "no http":
      return (
        <Notice kind="warning" title={words.noHttpTitle}>
          <p>{words.noHttpWhat}</p>
          <CommandLine command={startCommand(1, location.hostname)} what={words.noHttpCommand} />
        </Notice>
      );
    // Of this the frame tells in each view.
    case "no central":
    case "unknown":
    case "fine":
      return null;
  }
}

function NoServer() {
  const words = useText().files;
  const secondaries = useStore((state) => state.secondaries);
  return (
    <Notice kind="error" title={words.empty.noServerTitle}>
      <p>{words.empty.noServerWhat}</p>
      {secondaries.length > 0 && (
        <ul class="plain-list" aria-label={words.empty.absentServers}>
          {secondaries.map(({ number, address }) => (
            <li key={number}>
              {words.details.server(String(number))} · {address}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
