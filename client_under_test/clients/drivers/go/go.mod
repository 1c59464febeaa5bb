module pinlab.test/driver

go 1.19
