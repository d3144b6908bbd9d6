// Package acceptance holds the tests that run the provider as it is built, as
// a plugin of the real Terraform and OpenTofu, against the sandbox. What can be
// seen without a CLI is tested beside the code instead.
//
// They are the parts of TestAcc: functions that take a lab, listed in
// acceptance_test.go. They need TF_ACC=1, and run on each CLI there is;
// TF_ACC_TERRAFORM_PATH narrows it to one.
package acceptance
