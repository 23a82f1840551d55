import { CommandLine } from "../../parts/copy/command-line.tsx";
import { startCommand } from "../../parts/copy/commands.ts";
import { Notice } from "../../parts/notice.tsx";
import { ViewHeading } from "../../parts/view-heading.tsx";
import { useStore } from "../../store/page-context.ts";
import { isPresent, lacksCentral, type PageState } from "../../store/page-state.ts";
import { useText } from "../../text/language-context.ts";
import { HoldersSection } from "./holders/holders-section.tsx";
import { ServerFigures } from "./server-figures.tsx";
import { ServerTable } from "./server-table.tsx";

const secondariesOf = (state: PageState) => state.secondaries;
const isKnown = (state: PageState) => state.cluster !== null && !lacksCentral(state);

/** How each server is, and who holds what. */
export function ServersView() {
  const words = useText().servers;
  const secondaries = useStore(secondariesOf);
  const known = useStore(isKnown);
  return (
    <>
      <ViewHeading title={words.title} />
      {known && secondaries.length === 0 && <NoServers />}
      {secondaries.length > 0 && (
        <>
          {!secondaries.some(isPresent) && (
            <Notice kind="error" title={words.noneLeftTitle}>
              <p>{words.noneLeftWhat}</p>
            </Notice>
          )}
          <ServerFigures secondaries={secondaries} />
          <ServerTable secondaries={secondaries} />
          <HoldersSection secondaries={secondaries} />
        </>
      )}
    </>
  );
}

function NoServers() {
  const words = useText().servers;
  return (
    <Notice kind="info" title={words.noneTitle}>
      <p>{words.noneWhat}</p>
      <CommandLine command={startCommand(1, location.hostname)} what={words.noneCommand} />
    </Notice>
  );
}
