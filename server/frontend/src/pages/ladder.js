/** The target ladder: its map to take home. */
import "../lib/png_buttons.js";
