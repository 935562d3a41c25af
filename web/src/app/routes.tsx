import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { Redirect, Route, Switch, useLocation } from "wouter";
import { queryClient } from "../api/query-client.ts";
import { meQuery, useSession } from "../features/session/session.queries.ts";
import { sessionHint } from "../features/session/session-hint.ts";
import { signInPath } from "../features/session/sign-in-path.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { MessagesFallback, PageFallback, PlainFallback } from "./page-fallback.tsx";
import { Shell } from "./shell/shell.tsx";

const loadLanding = () => import("../pages/landing.tsx");
const loadHome = () => import("../pages/home.tsx");

const Landing = lazy(loadLanding);
const SignUp = lazy(() => import("../pages/sign-up.tsx"));
const SignIn = lazy(() => import("../pages/sign-in.tsx"));
const ForgotPassword = lazy(() => import("../pages/forgot-password.tsx"));
const ResetPassword = lazy(() => import("../pages/reset-password.tsx"));
const VerifyEmail = lazy(() => import("../pages/verify-email.tsx"));
const Settings = lazy(() => import("../pages/settings.tsx"));
const Mailbox = lazy(() => import("../pages/mailbox.tsx"));
const NotFound = lazy(() => import("../pages/not-found.tsx"));
const Home = lazy(loadHome);
const Post = lazy(() => import("../pages/post.tsx"));
const Compose = lazy(() => import("../pages/compose.tsx"));
const Profile = lazy(() => import("../pages/profile.tsx"));
const Notifications = lazy(() => import("../pages/notifications.tsx"));
const Messages = lazy(() => import("../pages/messages.tsx"));
const Nearby = lazy(() => import("../pages/nearby.tsx"));

const PROFILE_PATH = /^\/(?:@|%40)(?<handle>[A-Za-z0-9_]+)(?:\/(?<tab>followers|following))?\/?$/;

const MESSAGES_PATH = /^\/messages(?:\/(?<id>requests|[0-9a-f-]{36}))?\/?$/;

/** Requests what the first screen needs while the dictionary still loads: the session and the code of the front page. */
export function warmUp(): void {
  void queryClient.prefetchQuery(meQuery);
  if (location.pathname !== "/") return;
  // A failure is shown when the page renders and requests the chunk again.
  const page: Promise<unknown> = sessionHint() ? loadHome() : loadLanding();
  page.catch(() => {});
}

/** The page of each path. Every page is a chunk of its own. */
export function Routes() {
  return (
    <Switch>
      <Route path="/">
        <Front />
      </Route>
      <Route path="/sign-up">{plain(SignUp)}</Route>
      <Route path="/sign-in">{plain(SignIn)}</Route>
      <Route path="/forgot-password">{plain(ForgotPassword)}</Route>
      <Route path="/reset-password">{plain(ResetPassword)}</Route>
      <Route path="/verify-email">{plain(VerifyEmail)}</Route>
      <Route path="/settings">{inShell(<SignedIn page={Settings} />)}</Route>
      <Route path="/compose">{inShell(<SignedIn page={Compose} />)}</Route>
      <Route path="/notifications">{inShell(<SignedIn page={Notifications} />)}</Route>
      <Route path="/nearby">{inShell(<SignedIn page={Nearby} />)}</Route>
      <Route path={MESSAGES_PATH}>{({ id }) => <MessagesRoute id={id ?? null} />}</Route>
      <Route path="/mailbox">{inShell(<Mailbox />)}</Route>
      <Route path="/posts/:id">{({ id }) => inShell(<Post key={id} id={id} />)}</Route>
      <Route path={PROFILE_PATH}>
        {({ handle, tab }) =>
          inShell(<Profile key={handle} handle={(handle ?? "").toLowerCase()} tab={profileTab(tab)} />)
        }
      </Route>
      <Route>{inShell(<NotFound />)}</Route>
    </Switch>
  );
}

/** List and conversation are one page, so that neither is mounted again when another conversation is opened. */
function MessagesRoute({ id }: { id: string | null }) {
  const threadId = id === "requests" ? null : id;
  return (
    <Shell wide hasFooter={threadId !== null}>
      <Guarded boundary="messages" fallback={<MessagesFallback />}>
        <SignedIn page={Messages} />
      </Guarded>
    </Shell>
  );
}

function profileTab(tab: string | undefined): "posts" | "followers" | "following" {
  return tab === "followers" || tab === "following" ? tab : "posts";
}

/** The landing page for visitors, the feed for members. Until the session is known, the last visit decides. */
function Front() {
  const { me, isPending, likelySignedIn, error, refetch } = useSession();
  if (me) return inShell(<Home />);
  if (likelySignedIn && isPending) return inShell(<PageFallback />);
  if (likelySignedIn && error) return inShell(<ErrorState error={error} onRetry={() => void refetch()} />);
  return plain(Landing);
}

/** A page for members: visitors are redirected to sign in and come back to it. */
function SignedIn({ page: MemberPage }: { page: ComponentType }) {
  const { me, isPending, error, refetch } = useSession();
  const [path] = useLocation();
  if (me) return <MemberPage />;
  if (isPending) return <PageFallback />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <Redirect to={signInPath(path + location.search)} replace />;
}

function inShell(page: ReactNode) {
  return (
    <Shell>
      <Guarded fallback={<PageFallback />}>{page}</Guarded>
    </Shell>
  );
}

function plain(PlainPage: ComponentType) {
  return (
    <Guarded fallback={<PlainFallback />}>
      <PlainPage />
    </Guarded>
  );
}

function Guarded({
  fallback,
  boundary,
  children,
}: {
  fallback: ReactNode;
  /** The page is mounted again when this changes; the path when absent. */
  boundary?: string;
  children: ReactNode;
}) {
  const [path] = useLocation();
  return (
    <ErrorBoundary key={boundary ?? path}>
      <Suspense fallback={fallback}>{children}</Suspense>
    </ErrorBoundary>
  );
}
