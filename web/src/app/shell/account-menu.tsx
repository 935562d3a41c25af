import { Keyboard, LogOut, Settings } from "lucide-react";
import type { Me } from "../../features/session/session.queries.ts";
import { useT } from "../../i18n/index.ts";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { showShortcuts } from "../shortcuts/show-shortcuts.ts";
import { AccountFace } from "./account-face.tsx";
import { useSignOut } from "./use-sign-out.tsx";

/** The account's menu at the bottom of the rail. */
export default function AccountMenu({ me }: { me: Me }) {
  const t = useT();
  const { signOut, dialog } = useSignOut();
  const icon = { size: 18, strokeWidth: 1.75, "aria-hidden": true } as const;
  return (
    <>
      <Menu
        label={`${me.name} @${me.handle}, ${t.shell.account}`}
        className="h-14 w-12 gap-3 lg:w-full lg:justify-start lg:px-2"
        isNamedInside
        icon={<AccountFace me={me} />}
      >
        <MenuItem href="/settings" icon={<Settings {...icon} />}>
          {t.shell.settings}
        </MenuItem>
        <MenuItem onSelect={showShortcuts} icon={<Keyboard {...icon} />}>
          {t.shell.shortcuts}
        </MenuItem>
        <MenuItem onSelect={signOut} icon={<LogOut {...icon} />}>
          {t.shell.signOut}
        </MenuItem>
      </Menu>
      {dialog}
    </>
  );
}
