import type { Me } from "../../features/session/session.queries.ts";
import { useT } from "../../i18n/index.ts";
import { Avatar } from "../../ui/avatar.tsx";

/** The avatar and names in the button of the account's menu. */
export function AccountFace({ me }: { me: Me }) {
  const t = useT();
  return (
    <>
      <Avatar person={me} />
      <span className="sr-only min-w-0 flex-1 text-left lg:not-sr-only">
        <span className="block truncate font-semibold text-ink">{me.name}</span>{" "}
        <span className="block truncate text-sm">@{me.handle}</span>
        <span className="sr-only">, {t.shell.account}</span>
      </span>
    </>
  );
}
