module github.com/apitoken/terraform-provider-apitoken/internal/interop/served

go 1.26.0
