module podlapse.dev/lab/runtime

go 1.22
