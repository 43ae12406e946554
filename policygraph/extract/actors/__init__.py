"""Who acts in a text: roles, lists of responsible units and areas, as printed."""
