"""The demo board of xã Khe Trăng, tỉnh Lam Giang: a commune, a province, villages and people that do not exist.

`commune` says what the site and its board are, `texts` reads the articles, one file each in `articles/`. The pictures
are ours too: each WebP in `pictures/` is the SVG beside it, drawn by a browser at 1200 × 675 and saved by Pillow at
quality 80, or the next lower one that keeps it under 60 kB. Who changes an SVG makes its WebP anew.
"""
