module podlapse.dev/lab/pause

go 1.22
