import { Button } from "../parts/button.tsx";
import { usePage, useStore } from "../store/page-context.ts";
import type { PageState } from "../store/page-state.ts";
import { isolated } from "../text/isolated.ts";
import { useText } from "../text/language-context.ts";

const sessionOf = (state: PageState) => state.session;

/** Who is logged in, and the way out. Nothing where nobody needs to be. */
export function SessionStatus() {
  const words = useText().login;
  const { api, feed } = usePage();
  const session = useStore(sessionOf);
  if (!session?.keys || session.rights === null) return null;
  const { name, rights } = session;
  const logOut = async () => {
    await api.logOut();
    feed.start();
  };
  return (
    <span class="session-status">
      {name !== null && (
        <span class="session-name" title={words.loggedIn(isolated(name), words.rights[rights])} dir="auto">
          {name}
        </span>
      )}
      <Button kind="plain" onPress={() => void logOut()}>
        {words.logOut}
      </Button>
    </span>
  );
}
