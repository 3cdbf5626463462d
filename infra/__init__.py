"""What Rollbook needs on AWS, declared with the CDK; made into CloudFormation by `make infra`."""
