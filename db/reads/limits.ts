/** Row limits of queries. */

/** New posts are counted up to here; the web app shows "99+". */
export const NEW_COUNT_MOST = 100;
/** Rows of the mention picker. */
export const HANDLE_SUGGESTIONS = 8;
/** Rows of the people picker. */
export const PEOPLE_FOUND_MOST = 20;
/** Followed accounts that follow a stranger are counted up to here. */
export const FOLLOWED_BY_MOST = 100;
