// Review in the browser: the list of drafts, or the desk of one.
import { pageData } from "../lib/data.js";
import { desk } from "../review/desk.js";
import { drafts } from "../review/drafts.js";

if (document.getElementById("data")) (document.getElementById("desk") ? desk : drafts)(pageData("data"));
