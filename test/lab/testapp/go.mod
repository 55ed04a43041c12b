module podlapse.dev/lab/testapp

go 1.22
