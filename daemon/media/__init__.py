"""What stages measure with. Imported by children only: it loads decoders and numpy."""
