import { ViewHeading } from "../../parts/view-heading.tsx";
import { useText } from "../../text/language-context.ts";

/** In the place of every view, while whoever looks at the page has shown no token. */
export function LoginView() {
  const words = useText().login;
  return <ViewHeading title={words.title} />;
}
