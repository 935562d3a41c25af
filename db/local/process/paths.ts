import { fileURLToPath } from "node:url";

/** The project's root folder, absolute, with a trailing slash. */
export const PROJECT_ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** State of the local stack that outlives a restart: database, Worker state, secrets. Ignored by git. */
export const LOCAL_STATE_DIR = `${PROJECT_ROOT}.plaza`;

export const MIGRATIONS_DIR = `${PROJECT_ROOT}db/migrations`;

export const DEV_VARS_FILE = `${PROJECT_ROOT}.dev.vars`;
