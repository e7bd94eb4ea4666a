-- How many pages of the file are free, and how many there are; dq asks after each run, whether it is worth while to give some back.
SELECT freelist_count AS free, page_count AS pages FROM pragma_freelist_count, pragma_page_count
