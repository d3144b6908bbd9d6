// Package docs holds the tests of what the documentation shows: every block of
// HCL in Markdown, and every example, is applied as it stands by the real
// Terraform and OpenTofu, in a world in which each host is played by the sandbox.
//
// The tests need TF_ACC=1, and run on each CLI there is; TF_ACC_TERRAFORM_PATH
// narrows it to one.
package docs
