// There is nothing to show: the page says so by itself.
