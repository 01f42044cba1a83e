"""Reads an XML file with lxml's iterparse into one dictionary per record, without checks; prints the count."""

import sys

from lxml import etree

count = 0
for _, element in etree.iterparse(sys.argv[1], tag="PortGroupServer"):
    row = {field.tag: field.text for field in element}
    element.clear()
    # Without this, the empty records would stay in the tree.
    while element.getprevious() is not None:
        del element.getparent()[0]
    count += 1
print(count)
