/** The tile map: its picture to take home. */
import "../lib/png_buttons.js";
