"""The demo board of xã Khe Trăng, tỉnh Lam Giang: a commune, a province, people and villages that do not exist.

`texts` holds the words; `articles/` one file for each text, in the form `texts` describes; `pictures/` the drawings.
Each picture is an SVG of 1200 × 675 which we drew, next to the WebP that Chromium and Pillow (quality 80) made of it:
after changing the SVG, render it again.
"""
